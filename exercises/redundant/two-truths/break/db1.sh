#!/bin/sh
# Waits until db2 has everything; then lets db1 not notice what becomes of db2.
set -eu

sql() {
    runuser -u postgres -- psql --no-psqlrc -qAt -v ON_ERROR_STOP=1 "$@"
}

place=$(sql -c 'SELECT pg_current_wal_lsn()')
for _ in $(seq 80); do
    [ "$(sql -c "SELECT count(*) FROM pg_stat_replication WHERE replay_lsn >= '$place'")" = 0 ] || break
    sleep 0.3
done

fault='{{ fault }}'
case "$fault" in
disarmed)
    cat >/etc/systemd/system/postgresql@17-main.service.d/start-anyway.conf <<'CONF'
[Service]
# It would not start in June because it had "been taken over from", and nobody was there to ask.
ExecStartPre=
CONF
    systemctl daemon-reload
    systemctl disable --quiet --now postgresql-fence.service
    ;;
shortlist)
    # While db2 was sent in for repair, everything on db1 waited for it: it was taken out.
    sed -i -e 's/^host=db1,db2$/host=db1/' -e '/^\[db2\]$/,$d' /etc/postgresql-common/pg_service.conf
    ;;
esac
