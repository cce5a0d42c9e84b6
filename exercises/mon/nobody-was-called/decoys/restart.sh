#!/bin/sh
# All that has to do with it, once; and a mail by hand does arrive.
# on: mon1
sudo systemctl restart prometheus prometheus-alertmanager
# on: mail1
sudo systemctl restart postfix dovecot
