#!/bin/sh
# Takes db2 away from those who read: switched off, frozen, or by its rules.
set -eu

unit=postgresql@17-main.service
sql() {
    runuser -u postgres -- psql --no-psqlrc -qAt -v ON_ERROR_STOP=1 -d postgres -c "$1" >/dev/null
}
out() {
    sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'app'"
}

# It knows the passwords when it has all that db1 had at its start; then they are here to stay.
for _ in $(seq 80); do
    known=$(runuser -u postgres -- psql --no-psqlrc -qAt -d postgres -c "SELECT rolpassword IS NOT NULL FROM pg_authid WHERE rolname = 'app'")
    [ "$known" = t ] && break
    sleep 0.3
done

fault='{{ fault }}'
case "$fault" in
listed)
    sed -i 's/^auto$/manual/' /etc/postgresql/17/main/start.conf
    systemctl daemon-reload
    systemctl stop "$unit"
    ;;
patient)
    out
    # Who was connected is out, and who comes now is let into the queue of a server that sleeps.
    systemctl kill --kill-whom=main --signal=STOP "$unit"
    ;;
strict)
    sed -i '/^hostssl  app /s/^/#/' /etc/postgresql/17/main/pg_hba.conf
    sql 'SELECT pg_reload_conf()'
    sleep 0.5
    out
    ;;
esac
