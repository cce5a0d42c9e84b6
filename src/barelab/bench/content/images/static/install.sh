#!/bin/sh
# Debian's Nginx, for measuring how long many nodes take to come up.
set -eu

apt-get update
apt-get install -y nginx
rm -f /etc/nginx/sites-enabled/default
ln -sf ../sites-available/chain /etc/nginx/sites-enabled/chain
systemctl enable nginx.service

apt-get clean
rm -rf /var/lib/apt/lists/* /var/cache/debconf/*-old /var/log/apt /var/log/*.log
