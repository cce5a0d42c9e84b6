#!/bin/sh
# What makes a PostgreSQL node one of several: a role that follows and copies the primary, and
# pgBackRest. All nodes start with the same cluster, so that a standby needs no copy at first.
set -eu

apt-get update
apt-get install -y pgbackrest
rm -f /etc/pgbackrest.conf

# Written as a primary writes it, or no standby could go on from here: not minimal, and with no
# more connections than a node allows.
echo 'local all all trust' >/tmp/hba.conf
pg_ctlcluster 17 main start -o '-c hba_file=/tmp/hba.conf -c listen_addresses= -c fsync=off' \
    -o '-c wal_level=replica -c max_connections=20 -c max_wal_senders=4'
psql -q -U postgres -v ON_ERROR_STOP=1 -f "$BUILD/replicator.sql"
psql -q -U postgres -c CHECKPOINT
pg_ctlcluster 17 main stop
rm -rf /tmp/hba.conf /var/log/postgresql/*
# Gone when this node has found its place among the others (see the roles promotion and patroni).
install -o postgres -g postgres /dev/null /var/lib/postgresql/17/fresh

install -m 0644 "$BUILD/files/etc/systemd/system/pgbackrest.service" /etc/systemd/system/
systemctl enable pgbackrest.service

apt-get clean
rm -rf /var/lib/apt/lists/* /var/cache/debconf/*-old /var/log/apt /var/log/*.log
