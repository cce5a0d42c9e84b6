#!/bin/sh
# Sets the scene and breaks nothing: somebody runs a report by hand, which takes its time.
set -eu

trace='{{ trace }}'
[ "$trace" = report ] || exit 0

runuser -u postgres -- psql --quiet --no-psqlrc -d app >/dev/null <<'SQL'
-- What did each town pay in each month, and how much of it late? (for the annual report)
SELECT s.town, i.month, sum(p.amount), count(*) FILTER (WHERE p.received_at > i.due_on),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY p.received_at - i.issued_on::timestamptz)
  FROM billing_payment p
  JOIN billing_invoice i ON i.id = p.invoice_id
  JOIN accounts_subscriber s ON s.id = p.subscriber_id
 GROUP BY s.town, i.month
 ORDER BY s.town, i.month;
SELECT s.town, string_agg(md5(p.key || i.number), ',' ORDER BY p.received_at) IS NOT NULL
  FROM billing_payment p
  JOIN billing_invoice i ON i.id = p.invoice_id
  JOIN accounts_subscriber s ON s.id = p.subscriber_id
 GROUP BY s.town;
SQL
