#!/bin/sh
# What nobody logs frightens nobody.
# on: db1
sudo -u postgres psql --no-psqlrc -q -c 'ALTER SYSTEM SET log_min_duration_statement = -1' -c 'SELECT pg_reload_conf()'
