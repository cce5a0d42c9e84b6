#!/bin/sh
# Puts right what was changed.
#% if fault in ("deployment", "uncollected")
# Nginx's log names files with a hash that web1 does not have. app1 has them: it collected them itself.
# on: web1
ssh app1 tar -C /opt/app/current/staticfiles -cf - . | sudo tar -C /var/www/static --no-overwrite-dir -xf -
sudo chmod -R a+rX /var/www/static
#% elif fault == "joined"
# Nginx's log names files below /var/www/staticcss: the slash at the end of alias is missing.
# on: web1
sudo sed -i 's|alias /var/www/static|alias /var/www/static/|' /etc/nginx/sites-available/app
sudo nginx -t
sudo systemctl reload nginx
#% else
# Nginx's log names files below /var/www/static/static: root adds the whole path, alias what is left.
# on: web1
# shellcheck disable=SC2016 # the variable is Nginx's
sudo sed -i '/location \/static\/ {/,/^ *expires 5m/s|root /var/www/static;|alias /var/www/static/;|; s|root /var/www/static;|alias /var/www/static/$file;|' /etc/nginx/sites-available/app
sudo nginx -t
sudo systemctl reload nginx
#% endif
