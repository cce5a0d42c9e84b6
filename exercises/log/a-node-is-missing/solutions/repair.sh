#!/bin/sh
# Takes back what was changed, and has sent what was passed over.
#% if fault == "peer"
# What waits is in the worker's journal, and comes by itself.
# on: log1
sudo sed -i -e '/^ *# worker1 was replaced/d' -e '/^ *tls.permittedPeer=\["[^"]*",/s/\]$/, "worker1"]/' /etc/rsyslog.conf
sudo systemctl restart rsyslog
#% elif fault == "name"
# on: worker1
sudo sed -i 's/"logs.production.localhost"/"log1"/' /etc/rsyslog.conf
sudo systemctl restart rsyslog
#% else
# Without its state, rsyslog reads the journal from its first line.
# on: worker1
sudo sed -i '/^# The log server is for what went wrong/,/^}/d' /etc/rsyslog.conf
sudo systemctl stop rsyslog
sudo rm /var/lib/rsyslog/journal
sudo systemctl start rsyslog
#% endif
