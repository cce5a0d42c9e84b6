#!/bin/sh
# Works at once and is gone after the next restart of the node.
#% if fault in ("port", "host")
# on: web1
sed 's/^\( *server \)[a-z0-9]*:{{ port }}/\1app1:8000/; s|include snippets|include /etc/nginx/snippets|' /etc/nginx/sites-available/app | sudo tee /run/app-site >/dev/null
sed 's|/etc/nginx/sites-enabled/\*|/run/app-site|' /etc/nginx/nginx.conf | sudo tee /run/nginx.conf >/dev/null
sudo mkdir -p /run/systemd/system/nginx.service.d
printf '[Service]\nExecStart=\nExecStart=/usr/sbin/nginx -c /run/nginx.conf -g "daemon on; master_process on;"\n' |
    sudo tee /run/systemd/system/nginx.service.d/now.conf >/dev/null
sudo systemctl daemon-reload
sudo systemctl restart nginx
#% elif fault == "address"
# on: app1
sudo mkdir -p /run/systemd/system/app.socket.d
printf '[Socket]\nListenStream=\nListenStream=%s:8000\n' "$(hostname -I | cut -d " " -f 1)" |
    sudo tee /run/systemd/system/app.socket.d/now.conf >/dev/null
sudo systemctl daemon-reload
sudo systemctl stop app.service app.socket
sudo systemctl start app.socket app.service
#% else
# on: app1
sudo systemctl start app.socket app.service
#% endif
