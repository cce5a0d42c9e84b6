#!/bin/sh
# Right at once, and gone after the next restart of the node.
#% if fault == "application"
# on: app1
sudo sh -c 'cp -a "$(readlink -f /opt/app/current)" /run/release'
sudo sed -i '/^TICKET_ATTACHMENT_MAX_BYTES/s/= .*/= 5 * 1024 * 1024/' /run/release/subscribers/settings.py
sudo mkdir -p /run/systemd/system/app.service.d
printf '[Service]\nWorkingDirectory=/run/release\n' | sudo tee /run/systemd/system/app.service.d/now.conf >/dev/null
sudo systemctl daemon-reload
sudo systemctl restart app.service
#% else
# on: web1
sudo cp -r /etc/nginx /run/nginx-conf
sudo sed -i '/client_max_body_size/d' /run/nginx-conf/nginx.conf /run/nginx-conf/sites-available/app /run/nginx-conf/snippets/to-app.conf
echo 'client_max_body_size 6m;' | sudo tee /run/nginx-conf/conf.d/uploads.conf >/dev/null
sudo sed -i 's|/etc/nginx/|/run/nginx-conf/|' /run/nginx-conf/nginx.conf
sudo mkdir -p /run/systemd/system/nginx.service.d
printf '[Service]\nExecStartPre=\nExecStart=\nExecStart=/usr/sbin/nginx -c /run/nginx-conf/nginx.conf -g "daemon on; master_process on;"\n' |
    sudo tee /run/systemd/system/nginx.service.d/now.conf >/dev/null
sudo systemctl daemon-reload
sudo systemctl restart nginx
#% endif
