#!/bin/sh
#% if fault == "disarmed"
# All is well again. What should have stopped db1 is still switched off.
#% else
# All receipts are there. db1 is switched off, so that it does no harm, and nobody follows.
#% endif
# on: db1
sudo -u postgres psql -q -o /dev/null -c 'ALTER SYSTEM SET default_transaction_read_only = on' -c 'SELECT pg_reload_conf()'
sudo -u postgres psql -q -o /dev/null -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'app'"
sudo -u postgres psql -q app -c "COPY (SELECT key, subscriber_id, invoice_id, amount, method, received_at
    FROM billing_payment WHERE received_at > now() - interval '1 day') TO STDOUT" | ssh db2 'cat >/tmp/payments'
# on: db2
sudo -u postgres psql -q -v ON_ERROR_STOP=1 app <<'SQL'
BEGIN;
CREATE TEMPORARY TABLE theirs (LIKE billing_payment);
ALTER TABLE theirs DROP COLUMN id;
\copy theirs (key, subscriber_id, invoice_id, amount, method, received_at) FROM /tmp/payments
WITH added AS (
    INSERT INTO billing_payment (key, subscriber_id, invoice_id, amount, method, received_at)
    SELECT key, subscriber_id, invoice_id, amount, method, received_at FROM theirs
    ON CONFLICT (key) DO NOTHING RETURNING invoice_id, amount),
more AS (SELECT invoice_id, sum(amount) AS amount FROM added WHERE invoice_id IS NOT NULL GROUP BY 1)
UPDATE billing_invoice SET paid = paid + more.amount FROM more WHERE id = more.invoice_id;
COMMIT;
SQL
#% if fault == "disarmed"
# on: db1
sudo systemctl stop postgresql@17-main
sudo rejoin
#% else
# on: db1
sudo systemctl stop postgresql@17-main
sudo systemctl disable --quiet postgresql.service
#% endif
