#!/bin/sh
# Everything for everybody: it works, and everybody may read the secrets and write the uploads.
# on: app1
sudo chmod -R 777 /etc/app /var/lib/app
sudo systemctl restart app.service
# on: web1
sudo chmod -R 777 /var/www
# on: db1
#% if tree in ("key", "data")
sudo chmod -R 777 /etc/ssl/barelab /var/lib/postgresql
sudo systemctl restart postgresql@17-main.service || true
#% endif
