#!/bin/sh
# Debian's Nginx, and the application's static files for it to serve.
set -eu

apt-get update
apt-get install -y nginx
# Needed to collect the static files, and gone again below.
apt-get install -y --mark-auto python3-jinja2 python3-pip-whl python3-venv python3-yaml

# Collected as on the application's nodes, so that the names with hashes are the same.
python3 "$BUILD/images/base/build-app.py" install "$BUILD/app" /tmp/venv
python3 "$BUILD/images/base/build-app.py" run "$BUILD/app" /tmp/venv static static_root=/var/www/static
# Compressed once and well, not again for each request.
find /var/www/static -type f \( -name '*.css' -o -name '*.js' -o -name '*.svg' \) -exec gzip -9 -k -n {} +
chmod -R a+rX /var/www
rm -rf /tmp/venv

rm -f /etc/nginx/sites-enabled/default /var/www/html/index.nginx-debian.html
ln -sf ../sites-available/app ../sites-available/pages /etc/nginx/sites-enabled/
systemctl enable nginx.service

apt-get autoremove -y --purge -o APT::AutoRemove::RecommendsImportant=false -o APT::AutoRemove::SuggestsImportant=false
apt-get clean
rm -rf /var/lib/apt/lists/* /var/cache/debconf/*-old /var/log/apt /var/log/*.log
