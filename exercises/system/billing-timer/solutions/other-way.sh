#!/bin/sh
# A pair of units of one's own, with the command that operators use; the old pair is retired.
# on: app1
sudo systemctl disable --now app-bill.timer || true
sudo tee /etc/systemd/system/nightly-invoices.service <<'UNIT'
[Unit]
Description=Invoices for new customers

[Service]
Type=oneshot
ExecStart=/usr/local/bin/app-manage bill
UNIT
sudo tee /etc/systemd/system/nightly-invoices.timer <<'UNIT'
[Timer]
OnCalendar=*-*-* 21:00
Persistent=true

[Install]
WantedBy=timers.target
UNIT
sudo systemctl daemon-reload
sudo systemctl enable --now nightly-invoices.timer
