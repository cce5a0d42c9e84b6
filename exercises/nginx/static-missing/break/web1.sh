#!/bin/sh
# Lets Nginx look in the wrong folder, or puts the wrong files into the right one.
set -eu

fault='{{ fault }}'
site=/etc/nginx/sites-available/app
case "$fault" in
joined) sed -i 's|alias /var/www/static/|alias /var/www/static|' "$site" ;;
doubled)
    # shellcheck disable=SC2016 # the variable is Nginx's
    sed -i 's|alias /var/www/static/;|root /var/www/static;|; s|alias /var/www/static/$file;|root /var/www/static;|' "$site"
    ;;
uncollected)
    rm -r /var/www/static
    install -d -m 0755 /var/www/static
    runuser -u ops -- ssh -o BatchMode=yes app1 tar -C /opt/app/current/static -cf - . | tar -C /var/www/static -xf -
    chown -R root:root /var/www/static
    ;;
*) exit 0 ;;
esac
systemctl reload nginx
