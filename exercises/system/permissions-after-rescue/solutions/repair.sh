#!/bin/sh
# Gives each file back to whom it belongs, and nobody more than they need.
#% if tree == "secrets"
# `journalctl -u app` names the secret that cannot be read. The running application needs three of
# them; the others are for the deployer's account alone.
# on: app1
cd /etc/app || exit
sudo chmod 0755 secrets
sudo sh -c 'chown root:app secrets/secret-key secrets/api-token secrets/database-password'
sudo sh -c 'chown root:app-deploy secrets/database-owner-password secrets/operator-password secrets/subscriber-password'
sudo sh -c 'chmod 0640 secrets/*'
sudo systemctl restart app.service
#% elif tree == "static"
# Nginx's error log names the style sheet and "Permission denied". What every visitor gets is no
# secret: everybody may read it, and only root may change it.
# on: web1
sudo chmod -R a+rX /var/www/static
#% elif tree == "key"
# `journalctl -t postgres` on db1: could not load private key file. It also says what it accepts:
# root's with 0640 or less, or its own with 0600 or less.
# on: db1
sudo chown root:postgres /etc/ssl/barelab/node.key
sudo chmod 0640 /etc/ssl/barelab/node.key
sudo systemctl reset-failed
sudo systemctl restart postgresql@17-main.service postgresql-passwords.service
#% else
# `journalctl -t postgres` on db1: data directory has invalid permissions, and which it wants.
# on: db1
sudo chmod 0700 /var/lib/postgresql/17/main
sudo systemctl reset-failed
sudo systemctl restart postgresql@17-main.service postgresql-passwords.service
#% endif
# The application writes the uploads, and the file server (www-data) reads them.
# on: app1
sudo chown -R app:app /var/lib/app/media
sudo chmod -R u=rwX,go=rX /var/lib/app/media
