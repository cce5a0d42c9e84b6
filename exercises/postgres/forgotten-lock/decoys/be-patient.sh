#!/bin/sh
# Lets payments wait for as long as it takes, instead of being refused after five seconds.
# on: db1
sudo -u postgres psql -q app -c 'ALTER ROLE app SET lock_timeout = 0' -c 'ALTER ROLE app SET statement_timeout = 0'
# on: app1
sudo systemctl restart app.service
