#!/bin/sh
# Right at once, from a folder that is empty after the next restart.
# on: web1
sudo mkdir /run/static
ssh app1 tar -C /opt/app/current/staticfiles -cf - . | sudo tar -C /run/static -xf -
sudo chmod -R a+rX /run/static
# shellcheck disable=SC2016 # the variable is Nginx's
sudo sed -i 's#^\(        \)\(alias\|root\) /var/www/static.*#\1alias /run/static/;#; s#^\(            \)\(alias\|root\) /var/www/static.*#\1alias /run/static/$file;#' /etc/nginx/sites-available/app
sudo nginx -t
sudo systemctl reload nginx
