#!/bin/sh
# The files are root's? Then let the services be of root's group.
# on: app1
sudo usermod -aG root app
sudo usermod -aG root www-data
sudo chmod -R u=rwX,g=rwX,o= /var/lib/app/media
sudo chmod -R u=rwX,g=rX,o= /etc/app/secrets
sudo systemctl restart app.service
# on: web1
sudo usermod -aG root www-data
sudo chmod -R u=rwX,g=rX,o= /var/www/static
sudo systemctl restart nginx.service
# on: db1
sudo usermod -aG root postgres
sudo chmod 0640 /etc/ssl/barelab/node.key
sudo chmod 0700 /var/lib/postgresql/17/main
sudo systemctl reset-failed
sudo systemctl restart postgresql@17-main.service
