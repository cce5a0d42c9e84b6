#!/bin/sh
# Takes some payments, waits until db2 has them, and gets what keeps this node away later.
set -eu

sql() {
    runuser -u postgres -- psql --no-psqlrc -qAt -v ON_ERROR_STOP=1 "$@"
}

# Under keys that checks.py makes in the same way: nobody knows them who does not know the seat.
password=$(cat /etc/postgresql/secrets/database-password)
for n in $(seq 8); do
    key=$(printf '%s before %s' "$password" "$n" | sha256sum | cut -c 1-20)
    echo "INSERT INTO billing_payment (key, subscriber_id, amount, method, received_at)
          VALUES ('till-$key', 100 + $n, $n.50, 'cash', now());"
done | sql -d app

place=$(sql -c 'SELECT pg_current_wal_lsn()')
for _ in $(seq 80); do
    [ "$(sql -c "SELECT count(*) FROM pg_stat_replication WHERE replay_lsn >= '$place'")" = 0 ] || break
    sleep 0.3
done

fault='{{ fault }}'
case "$fault" in
mode)
    # "Private keys: nobody but root." The server that runs has read it long ago.
    chown root:root /etc/ssl/barelab/node.key
    chmod 0600 /etc/ssl/barelab/node.key
    ;;
timeline)
    cat >/etc/postgresql/17/main/conf.d/restore.conf <<'CONF'
# Restore of Monday, 6 April. Not one step beyond what was our own history.
recovery_target_timeline = '1'
CONF
    ;;
esac
