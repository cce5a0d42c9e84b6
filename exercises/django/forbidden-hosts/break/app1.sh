#!/bin/sh
# Lets the application know neither its names nor its proxy, by a line of its environment.
set -eu

fault='{{ fault }}'
case "$fault" in
names) sed -i 's/^ALLOWED_HOSTS=.*/ALLOWED_HOSTS="portal.lakeside.example,console.lakeside.example,app1"/' /etc/app/environment ;;
trust) sed -i 's/^TRUSTED_PROXY=.*/TRUSTED_PROXY="0"/' /etc/app/environment ;;
*) exit 0 ;;
esac
systemctl restart app.service
