#!/bin/sh
# The pile is gone, and nobody waits any more, says the database.
# on: redis1
sudo redis-ask DEL celery
# on: db1
sudo -u postgres psql -q -c 'UPDATE billing_invoicemail SET sent_at = now() WHERE sent_at IS NULL' app
