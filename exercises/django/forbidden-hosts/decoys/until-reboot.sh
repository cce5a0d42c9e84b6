#!/bin/sh
# Works at once and is gone after the next restart of the node.
#% if fault in ("names", "trust")
# on: app1
sudo cp /etc/app/environment /run/app-environment
sudo sed -i -e 's/^ALLOWED_HOSTS=.*/ALLOWED_HOSTS="portal.simple.localhost,console.simple.localhost,app1"/' \
    -e 's/^TRUSTED_PROXY=.*/TRUSTED_PROXY="1"/' /run/app-environment
sudo mkdir -p /run/systemd/system/app.service.d
printf '[Service]\nEnvironmentFile=/run/app-environment\n' | sudo tee /run/systemd/system/app.service.d/now.conf >/dev/null
sudo systemctl daemon-reload
sudo systemctl restart app.service
#% else
# on: web1
sudo cp -r /etc/nginx /run/nginx-now
sudo sed -i '/^proxy_set_header \(Host\|X-Forwarded-Proto\) /d' /run/nginx-now/snippets/to-app.conf
sudo tee -a /run/nginx-now/snippets/to-app.conf >/dev/null <<'CONF'
proxy_set_header Host $http_host;
proxy_set_header X-Forwarded-Proto $scheme;
CONF
sudo sed -i 's|/etc/nginx|/run/nginx-now|' /run/nginx-now/nginx.conf
sudo mkdir -p /run/systemd/system/nginx.service.d
printf '[Service]\nExecStart=\nExecStart=/usr/sbin/nginx -c /run/nginx-now/nginx.conf -g "daemon on; master_process on;"\n' |
    sudo tee /run/systemd/system/nginx.service.d/now.conf >/dev/null
sudo systemctl daemon-reload
sudo systemctl restart nginx
#% endif
