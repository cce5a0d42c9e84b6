#!/bin/sh
# Debian's Nginx as a cache.
set -eu

apt-get update
apt-get install -y nginx-light
rm -f /etc/nginx/sites-enabled/default /var/www/html/index.nginx-debian.html
ln -sf ../sites-available/assets /etc/nginx/sites-enabled/
install -d -m 0700 -o www-data -g www-data /var/cache/nginx/assets
systemctl enable nginx.service

apt-get clean
rm -rf /var/lib/apt/lists/* /var/cache/debconf/*-old /var/log/apt /var/log/*.log
