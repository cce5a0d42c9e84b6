#!/bin/sh
# As good as the first way, by other means.
# on: db1
#% if fault == "invalid"
# The unfinished index is finished, under its own name.
sudo -u postgres reindexdb -q --concurrently --index=payment_of_subscriber app
#% elif fault in ("partial", "order")
# The other index stays, since somebody may want it; a plain one does the work. A subscriber has few
# payments, so that their order needs no index.
sudo -u postgres psql -q app -c 'CREATE INDEX payments_by_subscriber ON billing_payment (subscriber_id)'
#% else
# Under a name of our own, and with all that the list wants to know in the index itself.
sudo -u postgres psql -q app <<'SQL'
CREATE INDEX latest_payment ON billing_payment (subscriber_id, received_at) INCLUDE (method, amount);
SQL
#% endif
