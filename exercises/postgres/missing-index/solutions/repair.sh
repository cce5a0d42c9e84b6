#!/bin/sh
# The slow query log shows the list's query, and EXPLAIN that it walks through everybody's payments
# for each of 25 rows. \d billing_payment says why, compared with app/billing/models.py.
# on: db1
# Beside the traffic, under the name that the model knows, and owned by who owns the table.
sudo -u postgres psql -q -v ON_ERROR_STOP=1 app <<'SQL'
SET ROLE app_owner;
DROP INDEX CONCURRENTLY IF EXISTS payment_of_subscriber;
CREATE INDEX CONCURRENTLY payment_of_subscriber
    ON billing_payment (subscriber_id, received_at DESC);
SQL
