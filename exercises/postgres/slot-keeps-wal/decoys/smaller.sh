#!/bin/sh
# Tells the database to keep less, and restarts it.
# on: db1
sudo -u postgres psql -q app <<'SQL'
ALTER SYSTEM SET max_wal_size = '64MB';
ALTER SYSTEM SET wal_keep_size = 0;
ALTER SYSTEM SET checkpoint_timeout = '1min';
ALTER SYSTEM SET wal_recycle = off;
SQL
sudo systemctl restart postgresql@17-main
sudo -u postgres psql -q app -c CHECKPOINT
