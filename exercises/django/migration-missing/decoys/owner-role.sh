#!/bin/sh
# The application migrates by itself at each start, for which it is made the tables' owner.
# on: app1
sudo sed -i 's/^DATABASE_USER=.*/DATABASE_USER="app_owner"/' /etc/app/environment
sudo cp /etc/app/secrets/database-owner-password /etc/app/secrets/database-password
sudo mkdir -p /etc/systemd/system/app.service.d
printf '[Service]\nExecStartPre=/opt/app/venv/bin/python manage.py migrate --noinput\n' |
    sudo tee /etc/systemd/system/app.service.d/migrate.conf >/dev/null
sudo systemctl daemon-reload
sudo systemctl restart app.service
