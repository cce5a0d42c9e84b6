#!/bin/sh
# Takes the list of unpaid invoices the one index that it lives by, in one of several ways.
set -eu

sql() {
    runuser -u postgres -- psql --quiet --no-psqlrc -v ON_ERROR_STOP=1 -d app "$@"
}

fault='{{ fault }}'
case "$fault" in
dropped) sql -c 'DROP INDEX payment_of_subscriber' ;;
partial)
    sql <<'SQL'
DROP INDEX payment_of_subscriber;
SET ROLE app_owner;
CREATE INDEX payment_of_subscriber ON billing_payment (subscriber_id, received_at DESC)
    WHERE invoice_id IS NULL;
SQL
    ;;
invalid)
    # As it comes about: an index that was to be built beside the traffic, and met a writer who
    # took longer than the patience of whoever built it.
    sql -c 'DROP INDEX payment_of_subscriber'
    PGAPPNAME=import sql -c 'BEGIN' -c 'LOCK TABLE billing_payment IN ROW EXCLUSIVE MODE' \
        -c 'SELECT pg_sleep(60)' >/dev/null 2>&1 &
    locked="SELECT count(*) FROM pg_locks WHERE granted AND mode = 'RowExclusiveLock'
             AND relation = 'billing_payment'::regclass"
    until [ "$(sql -At -c "$locked")" -gt 0 ]; do
        sleep 0.1
    done
    sql -c 'SET ROLE app_owner' -c "SET lock_timeout = '300ms'" \
        -c 'CREATE INDEX CONCURRENTLY payment_of_subscriber ON billing_payment (subscriber_id, received_at DESC)' \
        2>/dev/null && exit 1
    sql -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'import'" >/dev/null
    wait
    ;;
order)
    sql <<'SQL'
DROP INDEX payment_of_subscriber;
SET ROLE app_owner;
CREATE INDEX payment_of_subscriber ON billing_payment (invoice_id, subscriber_id, received_at DESC);
SQL
    ;;
esac
