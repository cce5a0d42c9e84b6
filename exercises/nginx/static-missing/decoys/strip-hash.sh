#!/bin/sh
# Whatever hash a page names: give out the file of that name as it is on web1, to be kept for a year.
# on: web1
# shellcheck disable=SC2016 # the variables are Nginx's
sudo sed -i 's#^\( *\)\(alias\|root\) /var/www/static.*#\1root /var/www;#; s#^\( *\)location ~ "^/static/.*#\1location ~ "^/static/(?<file>.+)\\.[0-9a-f]{12}(?<ending>\\.[a-z0-9]+)$" {\n\1    try_files $uri /static/$file$ending =404;#' /etc/nginx/sites-available/app
sudo nginx -t
sudo systemctl reload nginx
#% if fault == "uncollected"
ssh app1 'tar -C /opt/app/venv/lib/python3*/site-packages/django/contrib/admin/static -cf - .' | sudo tar -C /var/www/static --no-overwrite-dir -xf -
#% endif
