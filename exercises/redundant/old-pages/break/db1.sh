#!/bin/sh
# Waits until db2 has everything, so that it knows at least the passwords; then lets it in no more.
set -eu

sql() {
    runuser -u postgres -- psql --no-psqlrc -qAt -v ON_ERROR_STOP=1 -d postgres -c "$1"
}

place=$(sql 'SELECT pg_current_wal_lsn()')
for _ in $(seq 80); do
    [ "$(sql "SELECT count(*) FROM pg_stat_replication WHERE replay_lsn >= '$place'")" = 0 ] || break
    sleep 0.3
done

fault='{{ fault }}'
[ "$fault" = refused ] || exit 0
sed -i 's/^nodes  *db2  */nodes    db2.lakeside.test /' /etc/postgresql/17/main/pg_ident.conf
sql 'SELECT pg_reload_conf()' >/dev/null
# Who is in stays in; it would show with the next break of the network.
sleep 1
sql 'SELECT pg_terminate_backend(pid) FROM pg_stat_replication' >/dev/null
