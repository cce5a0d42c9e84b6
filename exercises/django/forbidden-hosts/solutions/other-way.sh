#!/bin/sh
# As good as the first way, by other means.
#% if fault == "names"
# Every name of the operator's own domain, whatever sites come later; and the node's.
# on: app1
sudo sed -i 's/^ALLOWED_HOSTS=.*/ALLOWED_HOSTS=".simple.localhost,app1"/' /etc/app/environment
sudo systemctl restart app.service
#% elif fault == "trust"
# In a file of its own, which is read after the first one.
# on: app1
echo 'TRUSTED_PROXY="yes"' | sudo tee /etc/app/environment-proxy >/dev/null
sudo mkdir -p /etc/systemd/system/app.service.d
printf '[Service]\nEnvironmentFile=/etc/app/environment-proxy\n' | sudo tee /etc/systemd/system/app.service.d/proxy.conf >/dev/null
sudo systemctl daemon-reload
sudo systemctl restart app.service
#% elif fault == "proto"
# Only requests by HTTPS get as far as the application; the others are led to it.
# on: web1
sudo sed -i 's|^\( *\)include snippets/to-app.conf;|&\n\1proxy_set_header X-Forwarded-Proto https;|' /etc/nginx/sites-available/app
sudo systemctl restart nginx
#% elif fault == "port"
# The name that was allowed, with the port that is known.
# on: web1
port=$(sed -n 's/.*return 301 https:..[$]host:\([0-9]*\).*/\1/p' /etc/nginx/sites-available/app)
sudo tee /etc/nginx/conf.d/origin.conf >/dev/null <<CONF
# The port that browsers outside reach this node by.
map \$host \$outside { default \$host:$port; }
CONF
sudo sed -i 's/^proxy_set_header Host .*/proxy_set_header Host $outside;/' /etc/nginx/snippets/to-app.conf
sudo nginx -t
sudo systemctl reload nginx
#% else
# Beside the line that hands the request on.
# on: web1
sudo sed -i 's|^\( *\)include snippets/to-app.conf;|&\n\1proxy_set_header Host $http_host;|' /etc/nginx/sites-available/app
sudo systemctl restart nginx
#% endif
