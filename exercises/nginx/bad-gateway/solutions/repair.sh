#!/bin/sh
# Puts right what was changed, and makes sure that it stays right.
#% if fault in ("port", "host")
# On web1, `journalctl -u nginx -p warning` names the upstream that refuses the connection, and
# the site's file says the same: that is not where the application is.
# on: web1
sudo sed -i 's/^\( *server \)[a-z0-9]*:{{ port }}/\1app1:8000/' /etc/nginx/sites-available/app
sudo nginx -t
sudo systemctl reload nginx
#% elif fault == "address"
# web1 asks the right address, and app1 refuses. On app1, `ss -ltn` shows port 8000 on 127.0.0.1
# only: nobody from another node can come in there.
# on: app1
sudo sed -i "s/^ListenStream=.*/ListenStream=$(hostname -I | cut -d " " -f 1):8000/" /etc/systemd/system/app.socket.d/address.conf
sudo systemctl daemon-reload
# A socket that has handed over its port cannot be restarted under its service.
sudo systemctl stop app.service app.socket
sudo systemctl start app.socket app.service
#% else
# web1 asks the right address, and app1 refuses. On app1, `ss -ltn` shows nothing on port 8000, and
# `systemctl status app.socket app.service` says "disabled": a start alone would last until tonight.
# on: app1
sudo systemctl enable --now app.socket app.service
#% endif
