#!/bin/sh
# Works at once and is gone after the next restart of the node.
#% for node in (["app1", "app2"] if where == "both" else [where])
# on: {{ node }}
#% if fault == "key"
echo 'SECRET_KEY_FILE="/etc/app/secrets/secret-key"' | sudo tee /run/app-now >/dev/null
#% elif fault == "disk"
echo 'SESSION_STORE="db"' | sudo tee /run/app-now >/dev/null
#% else
echo 'SESSION_COOKIE_NAME="sessionid"' | sudo tee /run/app-now >/dev/null
#% endif
sudo mkdir -p /run/systemd/system/app.service.d
printf '[Service]\nEnvironmentFile=/run/app-now\n' | sudo tee /run/systemd/system/app.service.d/now.conf >/dev/null
sudo systemctl daemon-reload
sudo systemctl restart app.service
#% endfor
