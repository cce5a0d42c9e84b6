#!/bin/sh
# All that has to do with it, once.
# on: log1
sudo systemctl restart rsyslog
# on: siem1
sudo systemctl restart elasticsearch siem-intake elastalert
sudo siem-convert
