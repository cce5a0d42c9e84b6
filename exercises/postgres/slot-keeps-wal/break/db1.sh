#!/bin/sh
# Lets db1 keep its write-ahead log for somebody who is no longer there, and lets some come together.
set -eu

sql() {
    runuser -u postgres -- psql --quiet --no-psqlrc -v ON_ERROR_STOP=1 -d app "$@" >/dev/null
}

fault='{{ fault }}'
conf=/etc/postgresql/17/main/conf.d
case "$fault" in
physical)
    sql -c "SELECT pg_create_physical_replication_slot('kochi', true)"
    ;;
logical)
    cat >"$conf/reports.conf" <<'CONF'
# For the reports: they read the changes instead of the tables.
wal_level = logical
CONF
    systemctl restart postgresql@17-main
    sql -c "SELECT pg_create_logical_replication_slot('reports', 'pgoutput')"
    ;;
archive)
    cat >"$conf/backup.conf" <<'CONF'
# To the backup machine, which is mounted there.
archive_mode = on
archive_command = 'test ! -f /mnt/backup/wal/%f && cp %p /mnt/backup/wal/%f'
CONF
    systemctl restart postgresql@17-main
    ;;
esac
for _ in 1 2 3 4 5 6; do
    sql -c "SELECT pg_logical_emit_message(true, 'day', 'over')" -c 'SELECT pg_switch_wal()'
done
sql -c CHECKPOINT
