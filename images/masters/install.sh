#!/bin/sh
# What makes a PostgreSQL node one of two that both take writes. Both begin with the same cluster,
# so that neither has to copy the other's rows at first.
set -eu

apt-get update
apt-get install -y --no-install-recommends python3-psycopg

echo 'local all all trust' >/tmp/hba.conf
pg_ctlcluster 17 main start -o '-c hba_file=/tmp/hba.conf -c listen_addresses= -c fsync=off'
psql -q -U postgres -v ON_ERROR_STOP=1 -f "$BUILD/masters.sql"
psql -q -U postgres -c CHECKPOINT
pg_ctlcluster 17 main stop
rm -rf /tmp/hba.conf /var/log/postgresql/*

install -m 0644 "$BUILD"/files/etc/systemd/system/masters-*.service "$BUILD"/files/etc/systemd/system/masters-*.timer \
    /etc/systemd/system/
systemctl enable masters-join.service masters-watch.service masters-compare.timer

apt-get clean
rm -rf /var/lib/apt/lists/* /var/cache/debconf/*-old /var/log/apt /var/log/*.log
