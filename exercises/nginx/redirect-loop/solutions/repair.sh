#!/bin/sh
# Lets the application know again how visitors come. Its redirect may stay.
#% if fault == "double"
# The 301 has no upstream in Nginx's log, and `nginx -T` shows it in the server for port 443.
# on: web1
sudo sed -i '/https-only.conf/d' /etc/nginx/sites-available/app
sudo rm /etc/nginx/snippets/https-only.conf
sudo nginx -t
sudo systemctl reload nginx
#% elif fault == "trusted"
# The 301 comes from the application, Nginx tells it the right thing, and its environment has no
# TRUSTED_PROXY any more.
# on: app1
echo 'TRUSTED_PROXY="1"' | sudo tee -a /etc/app/environment
sudo systemctl restart app.service
#% else
# The 301 comes from the application, and Nginx does not tell it that visitors come by HTTPS.
# on: web1
sudo sed -i '/X-Forwarded-Proto/d' /etc/nginx/snippets/to-app.conf
# shellcheck disable=SC2016 # the variables are Nginx's
echo 'proxy_set_header X-Forwarded-Proto $scheme;' | sudo tee -a /etc/nginx/snippets/to-app.conf
sudo nginx -t
sudo systemctl reload nginx
#% endif
