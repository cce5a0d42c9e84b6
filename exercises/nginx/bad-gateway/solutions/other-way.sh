#!/bin/sh
# As good as the first way, by other means.
#% if fault == "port"
# Let the application listen on both ports, so that it no longer matters which one Nginx uses.
# on: app1
printf '[Socket]\nListenStream=%s:{{ port }}\n' "$(hostname -I | cut -d " " -f 1)" | sudo tee /etc/systemd/system/app.socket.d/second-port.conf
sudo systemctl daemon-reload
sudo systemctl stop app.service app.socket
sudo systemctl start app.socket app.service
#% elif fault == "host"
# Name the application's address instead of its node.
# on: web1
address=$(getent hosts app1 | cut -d ' ' -f 1)
sudo sed -i "s/^\( *server \)db1:8000/\1$address:8000/" /etc/nginx/sites-available/app
sudo systemctl restart nginx
#% elif fault == "address"
# Listen on every address of the node, which is on the private network only.
# on: app1
sudo sed -i 's/^ListenStream=.*/ListenStream=0.0.0.0:8000/' /etc/systemd/system/app.socket.d/address.conf
sudo systemctl daemon-reload
sudo systemctl stop app.service app.socket
sudo systemctl start app.service
#% else
# The service alone is enough: it needs the socket, which systemd therefore starts with it.
# on: app1
sudo systemctl enable app.service
sudo systemctl start app.service
#% endif
