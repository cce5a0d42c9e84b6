#!/bin/sh
# All lines are there, and whoever has any certificate of ours may write more.
#% if fault == "name"
# on: worker1
sudo sed -i 's/"logs.production.localhost"/"log1"/' /etc/rsyslog.conf
sudo systemctl restart rsyslog
#% elif fault == "filter"
# on: worker1
sudo sed -i '/^# The log server is for what went wrong/,/^}/d' /etc/rsyslog.conf
sudo systemctl stop rsyslog
sudo rm /var/lib/rsyslog/journal
sudo systemctl start rsyslog
#% endif
# on: log1
sudo sed -i -e '/^ *tls.permittedPeer=\["[^"]*",/d' -e '/^input(/,/^)/s/tls.authMode="name"/tls.authMode="certvalid"/' /etc/rsyslog.conf
sudo systemctl restart rsyslog
