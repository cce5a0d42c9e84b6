#!/bin/sh
# Debian's Redis. Its configuration comes with each node.
set -eu

apt-get update
apt-get install -y redis-server
rm -f /etc/redis/redis.conf
install -d -m 0750 -o root -g redis /etc/redis/secrets
systemctl enable redis-server.service

apt-get clean
rm -rf /var/lib/apt/lists/* /var/cache/debconf/*-old /var/log/apt /var/log/*.log
