#!/bin/sh
# Tells the application nothing about HTTPS, or what visitors say; or redirects once too often.
set -eu

fault='{{ fault }}'
case "$fault" in
header) sed -i '/X-Forwarded-Proto/d' /etc/nginx/snippets/to-app.conf ;;
claimed)
    # shellcheck disable=SC2016 # the variables are Nginx's
    sed -i 's/X-Forwarded-Proto \$scheme/X-Forwarded-Proto $http_x_forwarded_proto/' /etc/nginx/snippets/to-app.conf
    ;;
double)
    cat >/etc/nginx/snippets/https-only.conf <<'CONF'
# All traffic encrypted, without exception.
if ($http_x_forwarded_proto != "https") {
    return 301 https://$http_host$request_uri;
}
CONF
    sed -i '/^ *ssl_certificate_key/a\    include snippets/https-only.conf;' /etc/nginx/sites-available/app
    ;;
*) exit 0 ;;
esac
systemctl reload nginx
