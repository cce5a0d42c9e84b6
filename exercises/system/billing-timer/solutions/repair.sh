#!/bin/sh
# `systemctl cat app-bill.service app-bill.timer` shows both units with all that was added to them:
# an override.conf each that nobody needs. (`systemctl revert` would take node.conf away as well.)
# on: app1
sudo rm /etc/systemd/system/app-bill.service.d/override.conf
sudo rm -f /etc/systemd/system/app-bill.timer.d/override.conf
sudo systemctl daemon-reload
sudo systemctl enable --now app-bill.timer
# See it succeed once, and not only tonight.
sudo systemctl start app-bill.service
systemctl list-timers app-bill.timer
