#!/bin/sh
# Takes over although db1 is there, and lets both take payments.
set -eu

sql() {
    runuser -u postgres -- psql --no-psqlrc -qAt -v ON_ERROR_STOP=1 "$@"
}

# rows SIDE FIRST CENTS COUNT: payments in advance, under keys that checks.py makes in the same way.
# Nobody knows them who does not know the seat.
rows() {
    for n in $(seq "$4"); do
        echo "INSERT INTO billing_payment (key, subscriber_id, amount, method, received_at)
              VALUES ('till-$(key "$1" "$n")', $2 + $n, 100 + $n.$3, 'cash', now() - interval '20 s' * $n);"
    done
}

# bills SIDE REST: payments of whole bills that are open; REST is the remainder of their id by 2.
bills() {
    for n in $(seq 4); do
        echo "WITH bill AS (
                  SELECT i.id, i.amount, s.subscriber_id
                    FROM billing_invoice AS i JOIN accounts_subscription AS s ON s.id = i.subscription_id
                   WHERE i.paid = 0 AND i.id % 2 = $2 AND s.subscriber_id > 1
                   ORDER BY i.id LIMIT 1),
              settled AS (UPDATE billing_invoice SET paid = amount WHERE id = (SELECT id FROM bill))
              INSERT INTO billing_payment (key, subscriber_id, invoice_id, amount, method, received_at)
              SELECT 'till-$(key "$1-bill" "$n")', subscriber_id, id, amount, 'upi', now() - interval '90 s' * $n
                FROM bill;"
    done
}

key() {
    printf '%s %s %s' "$password" "$1" "$2" | sha256sum | cut -c 1-20
}

fault='{{ fault }}'
if [ "$fault" = turnedaway ]; then
    # db1 has moved to another network in summer. Its line here has the address from before.
    address=$(getent hosts db1 | cut -d ' ' -f 1)
    sed -i "s|^\(hostssl  replication,postgres.*\) $address/32 *|\1 192.0.2.11/32        |" /etc/postgresql/17/main/pg_hba.conf
    systemctl reload postgresql@17-main.service
    # It is done a moment after the command.
    sleep 1
fi

[ "$(sql -c 'SELECT pg_promote(true, 60)')" = t ]
sql -f /etc/postgresql/slots.sql >/dev/null

password=$(cat /etc/postgresql/secrets/database-password)
{
    rows db2 5000 85 40
    bills db2 1
    rows both 9000 15 6
} | sql -d app
{
    rows db1 1000 35 40
    bills db1 0
    rows both 9000 15 6
} | runuser -u ops -- ssh -o BatchMode=yes db1 'sudo -u postgres psql --no-psqlrc -qAt -v ON_ERROR_STOP=1 -d app'
sql -c CHECKPOINT
