#!/bin/sh
# Debian's Nginx before Elasticsearch, which knows neither users nor TLS.
set -eu

apt-get update
apt-get install -y nginx-light
rm -f /etc/nginx/sites-enabled/default /var/www/html/index.nginx-debian.html
install -d -m 0700 /etc/nginx/secrets
systemctl enable nginx.service

apt-get clean
rm -rf /var/lib/apt/lists/* /var/cache/debconf/*-old /var/log/apt /var/log/*.log
