#!/bin/sh
# Lets db1 go on where it stopped.
#% if fault == "off"
# on: db1
sudo -u postgres psql -Xq app -c 'ALTER SUBSCRIPTION masters ENABLE'
#% elif fault == "conflict"
# on: db1
sudo mend-conflict --keep db2
#% else
# on: db2
sudo sed -i '/^hostssl  app       mirror /s/scram-sha-256/cert map=nodes/' /etc/postgresql/17/main/pg_hba.conf
sudo systemctl reload postgresql@17-main
#% endif
