#!/bin/sh
# Whatever is wrong, it is started anew, again and again.
# on: app1
cat >/etc/systemd/system/again.service <<'UNIT'
[Service]
ExecStart=/bin/sh -c 'while :; do systemctl restart app.socket app.service; sleep 3; done'
[Install]
WantedBy=multi-user.target
UNIT
systemctl enable --quiet --now again.service
# on: web1
cat >/etc/systemd/system/again.service <<'UNIT'
[Service]
ExecStart=/bin/sh -c 'while :; do systemctl restart nginx; sleep 3; done'
[Install]
WantedBy=multi-user.target
UNIT
systemctl enable --quiet --now again.service
