#!/bin/sh
# Both take over again, from this moment on. What was booked before is past.
#% if fault == "refused"
# on: db2
sudo sed -i '/^hostssl  app       mirror /s/scram-sha-256/cert map=nodes/' /etc/postgresql/17/main/pg_hba.conf
sudo systemctl reload postgresql@17-main
#% endif
# on: db1
sudo -u postgres psql -Xq app -c 'ALTER SUBSCRIPTION masters DISABLE'
# on: db2
until sudo -u postgres psql -XAtq app -c "SELECT pg_replication_slot_advance('db1', pg_current_wal_lsn())"; do sleep 1; done
# on: db1
sudo -u postgres psql -Xq app -c 'ALTER SUBSCRIPTION masters ENABLE'
