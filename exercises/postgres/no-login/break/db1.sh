#!/bin/sh
# Takes the application's way into the database, and ends the sessions that it has.
set -eu

sql() {
    runuser -u postgres -- psql --quiet --no-psqlrc -v ON_ERROR_STOP=1 -d app -c "$1" >/dev/null
}

fault='{{ fault }}'
case "$fault" in
password) sql "SET log_min_duration_statement = -1; ALTER ROLE app PASSWORD '$(openssl rand -hex 12)'" ;;
rule)
    sed -i '/^hostssl/s/app,app_owner/app_owner    /' /etc/postgresql/17/main/pg_hba.conf
    sql 'SELECT pg_reload_conf()'
    ;;
limit) sql 'ALTER ROLE app CONNECTION LIMIT 0' ;;
*) exit 0 ;;
esac
sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'app'"
