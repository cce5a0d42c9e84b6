#!/bin/sh
# The port is open, and nothing ever comes: whoever waits for an answer waits for ever.
# on: web1
systemctl disable --quiet --now nginx
printf '[Service]\nExecStart=/usr/bin/nc -lk 0.0.0.0 443\n[Install]\nWantedBy=multi-user.target\n' >/etc/systemd/system/quiet.service
systemctl enable --quiet --now quiet.service
