#!/bin/sh
# Makes one of Nginx's limits for request bodies too small.
set -eu

fault='{{ fault }}'
case "$fault" in
main) sed -i '/^ *# Attachments may have 5 MB/d; /^ *client_max_body_size/d' /etc/nginx/nginx.conf ;;
server) sed -i '/^ *ssl_certificate_key/a\    client_max_body_size 1m;' /etc/nginx/sites-available/app ;;
snippet)
    cat >>/etc/nginx/snippets/to-app.conf <<'CONF'

# No form of ours is larger than this.
client_max_body_size 512k;
CONF
    ;;
*) exit 0 ;;
esac
systemctl reload nginx
