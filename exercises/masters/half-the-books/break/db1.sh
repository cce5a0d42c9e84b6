#!/bin/sh
# Has db1 take nothing over from db2, or leaves it as it is.
set -eu

sql() {
    runuser -u postgres -- psql --no-psqlrc -qAt -v ON_ERROR_STOP=1 app
}

fault='{{ fault }}'
case "$fault" in
off)
    echo 'ALTER SUBSCRIPTION masters DISABLE' | sql
    until [ "$(echo "SELECT count(pid) FROM pg_stat_subscription WHERE subname = 'masters'" | sql)" = 0 ]; do
        sleep 0.2
    done
    ;;
conflict)
    # Typed here alone: what is done under a foreign origin is not sent on.
    key=$(printf '%s counter 7' "$(cat /etc/postgresql/secrets/database-password)" | sha256sum | cut -c 1-20)
    sql <<SQL
SELECT pg_replication_origin_session_setup('mended');
INSERT INTO billing_payment (key, subscriber_id, amount, method, received_at)
VALUES ('till-$key', 3007, 170.45, 'cash', now());
SQL
    ;;
*) ;;
esac
