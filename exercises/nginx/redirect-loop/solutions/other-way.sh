#!/bin/sh
# Gives each of the two a part of its own: Nginx redirects, and the application does not.
#% if fault == "double"
# The audit wants one rule for both ports: then let it ask how this very request came.
# on: web1
# shellcheck disable=SC2016 # the variables are Nginx's
sudo sed -i 's/if (.*/if ($scheme = http) {/' /etc/nginx/snippets/https-only.conf
sudo systemctl restart nginx
#% elif fault == "trusted"
# Gunicorn can tell the application as well, if it believes Nginx's address. The cookies, which hung
# on TRUSTED_PROXY too, are for HTTPS only in any case.
# on: app1
address=$(getent hosts web1 | cut -d ' ' -f 1)
sudo sed -i "s/^forwarded_allow_ips = .*/forwarded_allow_ips = \"$address\"/" /etc/app/gunicorn.conf.py
printf 'SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True\n' | sudo tee -a /opt/app/current/subscribers/settings.py
sudo sed -i '/^SECURE_SSL_REDIRECT/d' /opt/app/current/subscribers/settings.py
sudo systemctl restart app.service
#% else
# Only the server for port 443 hands requests on, so what it tells the application is always the same.
# on: app1
sudo sed -i '/^SECURE_SSL_REDIRECT/d' /opt/app/current/subscribers/settings.py
sudo systemctl restart app.service
# on: web1
sudo sed -i '/X-Forwarded-Proto/d' /etc/nginx/snippets/to-app.conf
sudo sed -i '/include snippets.to-app.conf/i\        proxy_set_header X-Forwarded-Proto https;' /etc/nginx/sites-available/app
sudo systemctl restart nginx
#% endif
