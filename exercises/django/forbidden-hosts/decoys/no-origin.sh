#!/bin/sh
# What the application does not see, it cannot find wrong: the browser's origin is cut off.
# on: web1
#% if fault in ("host", "port")
sudo sed -i '/^proxy_set_header Host /d' /etc/nginx/snippets/to-app.conf
sudo tee -a /etc/nginx/snippets/to-app.conf >/dev/null <<'CONF'
proxy_set_header Host $host;
proxy_set_header Origin "";
proxy_set_header Referer https://$host/;
CONF
#% else
sudo tee -a /etc/nginx/snippets/to-app.conf >/dev/null <<'CONF'
proxy_set_header Origin "";
proxy_set_header Referer https://$http_host/;
CONF
#% endif
sudo nginx -t
sudo systemctl reload nginx
#% if fault == "names"
# on: app1
sudo sed -i 's/^ALLOWED_HOSTS=.*/ALLOWED_HOSTS="portal.simple.localhost,console.simple.localhost,app1"/' /etc/app/environment
sudo systemctl restart app.service
#% endif
