#!/bin/sh
# The first thing that everybody tries, with fresh statistics and more memory on top.
# on: db1
sudo -u postgres psql -q app -c "ALTER SYSTEM SET work_mem = '16MB'" -c 'VACUUM ANALYZE'
sudo systemctl restart postgresql@17-main
# on: app1
sudo systemctl restart app.service
