#!/bin/sh
# A run that always succeeds, every night: it asks whether it could bill, and goes no further.
# on: app1
printf '[Service]\nExecStart=\nExecStart=/usr/local/bin/app-manage bill --help\nUser=root\nWorkingDirectory=/\nEnvironmentFile=\n' |
    sudo tee /etc/systemd/system/app-bill.service.d/override.conf
sudo rm -f /etc/systemd/system/app-bill.timer.d/override.conf
sudo systemctl daemon-reload
sudo systemctl enable --now app-bill.timer
