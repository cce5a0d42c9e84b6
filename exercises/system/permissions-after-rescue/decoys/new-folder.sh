#!/bin/sh
# Repairs the rest as it should be, and begins the uploads anew: the customers' photos are lost.
# on: app1
sudo rm -r /var/lib/app/media
sudo install -d -o app -g app -m 0755 /var/lib/app/media
#% if tree == "secrets"
sudo sh -c 'cd /etc/app/secrets; chmod 0755 .; chmod 0640 *; chgrp app *; chgrp app-deploy database-owner-password operator-password subscriber-password'
sudo systemctl restart app.service
#% elif tree == "static"
# on: web1
sudo chmod -R a+rX /var/www/static
#% else
# on: db1
sudo chown root:postgres /etc/ssl/barelab/node.key
sudo chmod 0640 /etc/ssl/barelab/node.key
sudo chmod 0700 /var/lib/postgresql/17/main
sudo systemctl reset-failed
sudo systemctl restart postgresql@17-main.service postgresql-passwords.service
#% endif
