#!/bin/sh
# Right at once, and gone after the next restart of the node.
#% if fault == "trusted"
# on: app1
sudo mkdir -p /run/systemd/system/app.service.d
printf '[Service]\nEnvironment=TRUSTED_PROXY=1\n' | sudo tee /run/systemd/system/app.service.d/now.conf >/dev/null
sudo systemctl daemon-reload
sudo systemctl restart app.service
#% else
# on: web1
sudo cp -r /etc/nginx /run/nginx-conf
sudo sed -i '/X-Forwarded-Proto/d' /run/nginx-conf/snippets/to-app.conf
# shellcheck disable=SC2016 # the variables are Nginx's
echo 'proxy_set_header X-Forwarded-Proto $scheme;' | sudo tee -a /run/nginx-conf/snippets/to-app.conf
sudo sed -i '/https-only.conf/d' /run/nginx-conf/sites-available/app
sudo ln -sf ../sites-available/app /run/nginx-conf/sites-enabled/app
sudo sed -i 's|/etc/nginx/|/run/nginx-conf/|' /run/nginx-conf/nginx.conf
sudo mkdir -p /run/systemd/system/nginx.service.d
printf '[Service]\nExecStartPre=\nExecStart=\nExecStart=/usr/sbin/nginx -c /run/nginx-conf/nginx.conf -g "daemon on; master_process on;"\n' |
    sudo tee /run/systemd/system/nginx.service.d/now.conf >/dev/null
sudo systemctl daemon-reload
sudo systemctl restart nginx
#% endif
