#!/bin/sh
# Puts right what was changed, and nothing else.
#% if fault == "names"
# app1's journal: Invalid HTTP_HOST header: 'portal.simple.localhost:8443'. You may need to add it to
# ALLOWED_HOSTS. These are the names of the site, and app1's own for who asks past web1.
# on: app1
sudo sed -i 's/^ALLOWED_HOSTS=.*/ALLOWED_HOSTS="portal.simple.localhost,console.simple.localhost,app1"/' /etc/app/environment
sudo systemctl restart app.service
#% elif fault == "trust"
# app1's journal: Origin checking failed. web1 sends X-Forwarded-Proto, and app1 does not look at it.
# on: app1
sudo sed -i 's/^TRUSTED_PROXY=.*/TRUSTED_PROXY="1"/' /etc/app/environment
sudo systemctl restart app.service
#% elif fault == "proto"
# app1's journal: Origin checking failed. `nginx -T` on web1 sends no X-Forwarded-Proto.
# on: web1
echo "proxy_set_header X-Forwarded-Proto \$scheme;" | sudo tee -a /etc/nginx/snippets/to-app.conf >/dev/null
sudo nginx -t
sudo systemctl reload nginx
#% elif fault == "port"
# app1's journal: Origin checking failed, for an origin with a port. $host has none.
# on: web1
sudo sed -i 's/^proxy_set_header Host .*/proxy_set_header Host $http_host;/' /etc/nginx/snippets/to-app.conf
sudo nginx -t
sudo systemctl reload nginx
#% else
# app1's journal: Invalid HTTP_HOST header: 'app'. That is what Nginx calls the upstream.
# on: web1
echo "proxy_set_header Host \$http_host;" | sudo tee -a /etc/nginx/snippets/to-app.conf >/dev/null
sudo nginx -t
sudo systemctl reload nginx
#% endif
