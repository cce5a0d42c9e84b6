#!/bin/sh
# Brings together whole rows, and lets the database sort out what it has already: it goes by the id,
# and both gave out the same ones to different customers.
# on: db1
sudo -u postgres psql -q -o /dev/null -c 'ALTER SYSTEM SET default_transaction_read_only = on' -c 'SELECT pg_reload_conf()'
sudo -u postgres psql -q -o /dev/null -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'app'"
sudo -u postgres psql -q app -c "COPY (SELECT id, key, subscriber_id, invoice_id, amount, method, received_at
    FROM billing_payment WHERE received_at > now() - interval '1 day') TO STDOUT" | ssh db2 'cat >/tmp/payments'
# on: db2
sudo -u postgres psql -q -v ON_ERROR_STOP=1 app <<'SQL'
BEGIN;
CREATE TEMPORARY TABLE theirs (LIKE billing_payment);
\copy theirs (id, key, subscriber_id, invoice_id, amount, method, received_at) FROM /tmp/payments
INSERT INTO billing_payment SELECT * FROM theirs ON CONFLICT DO NOTHING;
UPDATE billing_invoice AS i SET paid = sum
  FROM (SELECT invoice_id, sum(amount) AS sum FROM billing_payment GROUP BY 1) AS p
 WHERE i.id = p.invoice_id AND i.paid <> sum;
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
