#!/bin/sh
# Payments are taken at once, or so it looks.
#% if fault == "export"
# on: app1
sudo systemctl stop ledger-export.service
#% elif fault == "prepared"
# No prepared transactions allowed, so there can be none.
# on: db1
sudo rm /etc/postgresql/17/main/conf.d/till.conf
sudo systemctl restart postgresql@17-main || true
#% else
# on: db1
sudo systemctl stop tidy-subscribers.timer tidy-subscribers.service
sudo systemctl restart postgresql@17-main
#% endif
