#!/bin/sh
# Lets db1 take its log for archived, which is not.
set -eu

fault='{{ fault }}'
case "$fault" in
command)
    cat >/etc/postgresql/17/main/conf.d/weekend.conf <<'CONF'
# backup1 is off and pg_wal grows. Until it is back:
archive_command = '/bin/true'
CONF
    runuser -u postgres -- psql --no-psqlrc -qAt -d postgres -c 'SELECT pg_reload_conf()' >/dev/null
    ;;
queue)
    # "Eight of these files at most", somebody meant.
    sed -i 's/^archive-push-queue-max=.*/archive-push-queue-max=8MiB/' /etc/pgbackrest.conf
    ;;
esac
