#!/bin/sh
# Deletes what is older than the last checkpoint needs. The disk is empty, for today.
# on: db1
first=$(sudo /usr/lib/postgresql/17/bin/pg_controldata /var/lib/postgresql/17/main | sed -n "s/^Latest checkpoint's REDO WAL file: *//p")
sudo -u postgres /usr/lib/postgresql/17/bin/pg_archivecleanup /var/lib/postgresql/17/main/pg_wal "$first"
sudo find /var/lib/postgresql/17/main/pg_wal/archive_status -name '*.ready' -delete
