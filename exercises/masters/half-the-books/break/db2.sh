#!/bin/sh
# Lets db1 not read its changes any more, or leaves it as it is; and books what the counter took.
set -eu

sql() {
    runuser -u postgres -- psql --no-psqlrc -qAt -v ON_ERROR_STOP=1 app
}

# receipt N: the statement that books it, under a key that checks.py makes in the same way.
receipt() {
    key=$(printf '%s counter %s' "$password" "$1" | sha256sum | cut -c 1-20)
    echo "INSERT INTO billing_payment (key, subscriber_id, amount, method, received_at)
          VALUES ('till-$key', 3000 + $1, 100.45 + $1, 'cash', now() - interval '20 s' * (25 - $1));"
}

fault='{{ fault }}'
if [ "$fault" = refused ]; then
    address=$(getent hosts db1 | cut -d ' ' -f 1)
    # The auditor wants a password for every role.
    sed -i "s|^\(hostssl  app       mirror *$address/32 *\) cert map=nodes|\1 scram-sha-256|" /etc/postgresql/17/main/pg_hba.conf
    systemctl reload postgresql@17-main.service
    # It is done a moment after the command, and asks nobody who is in already.
    sleep 1
    echo "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_replication WHERE application_name = 'db1'" | sql >/dev/null
fi

password=$(cat /etc/postgresql/secrets/database-password)
{
    for n in 1 2 3 4 5 6; do receipt "$n"; done
    # A household that paid at once.
    echo 'BEGIN;'
    for n in 7 8 9; do receipt "$n"; done
    echo 'COMMIT;'
    for n in $(seq 10 24); do receipt "$n"; done
} | sql
