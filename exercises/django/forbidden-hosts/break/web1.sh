#!/bin/sh
# Hands requests on without saying what the browser asked for, or by which way it came.
set -eu

fault='{{ fault }}'
to_app=/etc/nginx/snippets/to-app.conf
case "$fault" in
host) sed -i '/^proxy_set_header Host /d' "$to_app" ;;
port) sed -i "s/^proxy_set_header Host .*/proxy_set_header Host \$host;/" "$to_app" ;;
proto) sed -i '/^proxy_set_header X-Forwarded-Proto /d' "$to_app" ;;
*) exit 0 ;;
esac
systemctl reload nginx
