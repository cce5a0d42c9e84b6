#!/bin/sh
# The timer runs again, and starts what fails: the first half of the story for the second time.
# on: app1
sudo rm -f /etc/systemd/system/app-bill.timer.d/override.conf
sudo systemctl daemon-reload
sudo systemctl enable --now app-bill.timer
