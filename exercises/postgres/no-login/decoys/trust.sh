#!/bin/sh
# Lets everybody in without asking.
# on: db1
sudo sed -i '1i host all all all trust' /etc/postgresql/17/main/pg_hba.conf
sudo -u postgres psql -q -c 'ALTER ROLE app CONNECTION LIMIT -1' -c 'SELECT pg_reload_conf()'
# on: app1
sudo systemctl restart app.service
