#!/bin/sh
# Debian's Patroni. It starts and stops PostgreSQL on this node, and nothing else does.
set -eu

apt-get update
# Without python3-etcd, which is only one of several ways, Patroni cannot talk to etcd.
apt-get install -y patroni python3-etcd etcd-client
rm -f /etc/patroni/dcs.yml /etc/patroni/config.yml.in

# Who starts PostgreSQL by its usual name starts Patroni: a server beside it would be a second primary.
sed -i 's/^auto$/manual/' /etc/postgresql/17/main/start.conf
ln -s /usr/lib/systemd/system/patroni@.service /etc/systemd/system/postgresql@17-main.service
systemctl disable postgresql.service
systemctl enable patroni@17-main.service

apt-get clean
rm -rf /var/lib/apt/lists/* /var/cache/debconf/*-old /var/log/apt /var/log/*.log
