#!/bin/sh
# Every payment is there, once. The bills that were paid with them are not: that is another table.
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
INSERT INTO billing_payment (key, subscriber_id, invoice_id, amount, method, received_at)
SELECT key, subscriber_id, invoice_id, amount, method, received_at FROM theirs ON CONFLICT (key) DO NOTHING;
COMMIT;
SQL
#% if fault == "disarmed"
# on: db1
sudo rm /etc/systemd/system/postgresql@17-main.service.d/start-anyway.conf
sudo systemctl daemon-reload
sudo systemctl enable --quiet --now postgresql-fence.service
#% elif fault == "shortlist"
# on: db1
ssh -n db2 cat /etc/postgresql-common/pg_service.conf | sudo tee /etc/postgresql-common/pg_service.conf >/dev/null
#% else
# on: db2
address=$(getent hosts db1 | cut -d ' ' -f 1)
sudo sed -i "s|192.0.2.11/32|$address/32|" /etc/postgresql/17/main/pg_hba.conf
sudo systemctl reload postgresql@17-main
#% endif
# on: db1
sudo systemctl stop postgresql@17-main
sudo rejoin
