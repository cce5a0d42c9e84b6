#!/bin/sh
# Sets back what was set differently, and leaves the release as it is.
#% if fault == "key"
# Both journals: Session data corrupted. The two environments name different files with the key.
# on: app2
sudo sed -i 's|^SECRET_KEY_FILE=.*|SECRET_KEY_FILE="/etc/app/secrets/secret-key"|' /etc/app/environment
sudo systemctl restart app.service
#% elif fault == "disk"
# No log-in leaves a row in django_session any more; each server has files of its own.
# on: app1
sudo sed -i 's/^SESSION_STORE=.*/SESSION_STORE="db"/' /etc/app/environment
sudo systemctl restart app.service
# on: app2
sudo sed -i 's/^SESSION_STORE=.*/SESSION_STORE="db"/' /etc/app/environment
sudo systemctl restart app.service
#% else
# The browser has two cookies for one log-in, one from each server.
# on: app1
sudo sed -i -e '/^SESSION_COOKIE_NAME=/d' -e '/^# The auditor/d' /etc/app/environment
sudo systemctl restart app.service
#% endif
