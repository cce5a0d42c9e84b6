#!/bin/sh
# Writes the address where the name stood. The page comes, and the node still knows a wrong name.
#% if node == "app1"
# on: db1
getent ahostsv4 db1 | cut -d ' ' -f 1 | head -n 1 >/tmp/db1
scp -q /tmp/db1 app1:/tmp/
# on: app1
sudo sed -i "s/^DATABASE_HOST=.*/DATABASE_HOST=\"$(cat /tmp/db1)\"/" /etc/app/environment
sudo systemctl restart app.service
#% else
# on: app1
hostname -I | cut -d ' ' -f 1 >/tmp/app1
scp -q /tmp/app1 web1:/tmp/
# on: web1
sudo sed -i "s/server app1:/server $(cat /tmp/app1):/" /etc/nginx/sites-available/app
sudo systemctl restart nginx.service
#% endif
