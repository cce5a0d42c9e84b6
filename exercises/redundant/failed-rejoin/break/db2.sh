#!/bin/sh
# Takes over in order, and goes on taking payments.
set -eu

fault='{{ fault }}'
if [ "$fault" = hba ]; then
    # A review: who replicates from a node that is only a standby?
    address=$(getent hosts db1 | cut -d ' ' -f 1)
    sed -i "/ $address\/32/s/^hostssl  replication,postgres/hostssl  postgres            /" /etc/postgresql/17/main/pg_hba.conf
    systemctl reload postgresql@17-main.service
fi

# A machine that does much else is late with its ssh now and then.
for _ in 1 2 3; do
    ! promote --switch >/dev/null || break
done

password=$(cat /etc/postgresql/secrets/database-password)
for n in $(seq 8); do
    key=$(printf '%s after %s' "$password" "$n" | sha256sum | cut -c 1-20)
    echo "INSERT INTO billing_payment (key, subscriber_id, amount, method, received_at)
          VALUES ('till-$key', 200 + $n, $n.75, 'cash', now());"
done | runuser -u postgres -- psql --no-psqlrc -qAt -v ON_ERROR_STOP=1 -d app
