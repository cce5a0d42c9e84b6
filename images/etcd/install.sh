#!/bin/sh
# Debian's etcd. Its members know each other by name and certificate, which come with each node.
set -eu

apt-get update
apt-get install -y etcd-server etcd-client
install -d -m 0750 -o root -g etcd /etc/etcd
install -m 0644 "$BUILD/files/etc/systemd/system/etcd-users.service" /etc/systemd/system/
systemctl enable etcd.service etcd-users.service

apt-get clean
rm -rf /var/lib/apt/lists/* /var/cache/debconf/*-old /var/log/apt /var/log/*.log
