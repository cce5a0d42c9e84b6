#!/bin/sh
# A gigabyte as the answer to every request.
# on: web1
truncate -s 1G /var/www/endless.html
sed -i 's|^\( *\)proxy_pass http://app;|\1root /var/www; try_files /endless.html =404;|; /to-app.conf/d' /etc/nginx/sites-available/app
systemctl reload-or-restart nginx
