#!/bin/sh
# Lines come again. Those of the night do not.
#% if fault == "peer"
# on: log1
sudo sed -i '/^ *tls.permittedPeer=\["[^"]*",/s/\]$/, "worker1"]/' /etc/rsyslog.conf
sudo systemctl restart rsyslog
#% endif
# on: worker1
#% if fault == "filter"
sudo sed -i '/^# The log server is for what went wrong/,/^}/d' /etc/rsyslog.conf
sudo systemctl restart rsyslog
#% else
sudo sed -i 's/"logs.production.localhost"/"log1"/' /etc/rsyslog.conf
sudo systemctl stop rsyslog
sudo rm /var/lib/rsyslog/journal
sudo journalctl --quiet --rotate
sudo journalctl --quiet --vacuum-time=1s
sudo systemctl start rsyslog
#% endif
