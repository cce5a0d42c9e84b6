#!/bin/sh
# As good as the first way, by other means: by group, or by rules that hold at every boot.
#% if tree == "static"
# By group: Nginx's workers are in www-data.
# on: web1
sudo find /var/www/static -exec chgrp www-data {} +
sudo find /var/www/static -type d -exec chmod 2750 {} +
sudo find /var/www/static -type f -exec chmod 0640 {} +
#% elif tree == "key"
# on: db1
printf 'z /etc/ssl/barelab/node.key 0600 postgres postgres\n' | sudo tee /etc/tmpfiles.d/postgres-key.conf
sudo systemd-tmpfiles --create /etc/tmpfiles.d/postgres-key.conf
sudo systemctl reset-failed postgresql@17-main.service
sudo systemctl start postgresql@17-main.service postgresql-passwords.service
#% elif tree == "data"
# With the group: backups may then read it without being postgres.
# on: db1
sudo chmod u=rwx,g=rx,o= /var/lib/postgresql/17/main
sudo systemctl reset-failed postgresql@17-main.service
sudo systemctl start postgresql@17-main.service postgresql-passwords.service
#% endif
# on: app1
#% if tree == "secrets"
# Each account's own, readable for it alone; the deployer is in the application's group.
sudo tee /etc/tmpfiles.d/app-secrets.conf <<'RULES'
z /etc/app/secrets 0755 root root
z /etc/app/secrets/secret-key 0440 root app
z /etc/app/secrets/api-token 0440 root app
z /etc/app/secrets/database-password 0440 root app
z /etc/app/secrets/database-owner-password 0400 app-deploy app-deploy
z /etc/app/secrets/operator-password 0400 app-deploy app-deploy
z /etc/app/secrets/subscriber-password 0400 app-deploy app-deploy
RULES
sudo systemd-tmpfiles --create /etc/tmpfiles.d/app-secrets.conf
sudo systemctl restart app.service
#% endif
# The file server reads by group; what comes later belongs to it as well.
sudo chown -R app:www-data /var/lib/app/media
sudo find /var/lib/app/media -type d -exec chmod 2750 {} +
sudo find /var/lib/app/media -type f -exec chmod 0640 {} +
