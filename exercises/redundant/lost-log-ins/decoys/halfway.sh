#!/bin/sh
#% if fault == "key"
# The server with the new key reads the old one as well. The other one still reads only its own.
# on: app2
echo 'SECRET_KEY_FALLBACKS = [env.secret("FORMER_KEY_FILE")]' | sudo tee -a /opt/app/current/subscribers/settings.py >/dev/null
echo 'FORMER_KEY_FILE="/etc/app/secrets/secret-key"' | sudo tee -a /etc/app/environment >/dev/null
sudo systemctl restart app.service
#% elif fault == "disk"
# No place at all: the browser keeps everything. Who has the cookie is logged in, also after a log-out.
# on: app1
sudo sed -i 's/^SESSION_STORE=.*/SESSION_STORE="signed_cookies"/' /etc/app/environment
sudo systemctl restart app.service
# on: app2
sudo sed -i 's/^SESSION_STORE=.*/SESSION_STORE="signed_cookies"/' /etc/app/environment
sudo systemctl restart app.service
#% else
# Two colleagues repair it, each the server that he has looked at.
# on: app1
sudo sed -i '/^SESSION_COOKIE_NAME=/d' /etc/app/environment
sudo systemctl restart app.service
# on: app2
echo 'SESSION_COOKIE_NAME="__Host-session"' | sudo tee -a /etc/app/environment >/dev/null
sudo systemctl restart app.service
#% endif
