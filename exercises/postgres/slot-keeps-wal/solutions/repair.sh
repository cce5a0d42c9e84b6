#!/bin/sh
# Three things can keep log behind a checkpoint: wal_keep_size (0), slots, and the archive.
# on: db1
#% if fault == "archive"
# pg_stat_archiver counts failures only. The machine is gone, snapshots have taken its place.
sudo rm /etc/postgresql/17/main/conf.d/backup.conf
sudo systemctl restart postgresql@17-main
#% else
# pg_replication_slots has one that is not active, with a restart_lsn from long ago.
sudo -u postgres psql -q app <<'SQL'
SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE NOT active;
SQL
#% endif
