#!/bin/sh
# pgBackRest's repository: the WAL archive and the base backups, away from the database nodes.
set -eu

apt-get update
# It brings no server, only the user that owns the files.
apt-get install -y pgbackrest
rm -f /etc/pgbackrest.conf
install -d -m 0750 -o root -g postgres /etc/pgbackrest
install -d -m 0750 -o postgres -g postgres /var/lib/pgbackrest

install -m 0644 "$BUILD"/files/etc/systemd/system/pgbackrest* /etc/systemd/system/
systemctl enable pgbackrest.service pgbackrest-stanza.service
systemctl enable pgbackrest-backup.timer pgbackrest-first.timer

apt-get clean
rm -rf /var/lib/apt/lists/* /var/cache/debconf/*-old /var/log/apt /var/log/*.log
