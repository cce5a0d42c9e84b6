#!/bin/sh
# Has the front door give out the portal to who asks for the console.
set -eu

fault='{{ fault }}'
# Browsers outside name the port with the host, where it is not 443.
# shellcheck disable=SC2016
port=$(sed -n 's/.*return 301 https:\/\/$host\(:[0-9]*\)$request_uri;/\1/p' /etc/nginx/sites-available/app)
case "$fault" in
name)
    cat >/etc/nginx/conf.d/portal-test.conf <<CONF
# The portal with the new settings, to try them out. Under the console's name, because the
# certificate has no other one to spare.
server {
    listen 443 ssl;
    http2 on;
    server_name portal-test.production.localhost console.production.localhost;

    ssl_certificate /etc/ssl/barelab/site.crt;
    ssl_certificate_key /etc/ssl/barelab/site.key;

    location / {
        proxy_pass http://app;
        proxy_set_header Host portal.production.localhost$port;
        proxy_set_header X-Forwarded-For \$remote_addr;
        proxy_set_header X-Forwarded-Proto \$scheme;
    }
}
CONF
    ;;
host)
    sed -i "s/^proxy_set_header Host .*/# Robots that ask by odd names are 400 no more.\nproxy_set_header Host portal.production.localhost$port;/" \
        /etc/nginx/snippets/to-app.conf
    ;;
cache)
    cat >/etc/nginx/conf.d/pages-kept.conf <<'CONF'
# Pages are kept for a while, so that the application has less to do on the first of the month.
proxy_cache_path /var/lib/nginx/pages levels=1:2 keys_zone=pages:1m max_size=32m;
proxy_cache pages;
proxy_cache_key $uri;
proxy_cache_valid 200 20s;
# Without these it keeps next to nothing.
proxy_ignore_headers Cache-Control Expires Set-Cookie Vary;
CONF
    ;;
esac
nginx -t -q
systemctl reload nginx.service
