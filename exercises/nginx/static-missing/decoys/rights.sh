#!/bin/sh
# If Nginx does not find files, it must be their rights.
# on: web1
sudo chmod -R 777 /var/www
sudo chown -R www-data:www-data /var/www
sudo systemctl restart nginx
# on: app1
sudo systemctl restart app.service
