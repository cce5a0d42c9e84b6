#!/bin/sh
# Sends Nginx to the wrong port or to the wrong node.
set -eu

fault='{{ fault }}'
site=/etc/nginx/sites-available/app
case "$fault" in
port) sed -i 's/^\( *server app1:\)8000/\1{{ port }}/' "$site" ;;
host) sed -i 's/^\( *server \)app1:8000/\1db1:8000/' "$site" ;;
*) exit 0 ;;
esac
systemctl reload nginx
