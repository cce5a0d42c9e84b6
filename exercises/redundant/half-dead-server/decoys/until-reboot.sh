#!/bin/sh
# Works at once and is gone after the next restart of the node.
# on: {{ node }}
#% if fault == "standin"
sudo mkdir -p /run/systemd/system/app.socket.d
printf '[Socket]\nService=app.service\n' | sudo tee /run/systemd/system/app.socket.d/zz-now.conf >/dev/null
sudo systemctl daemon-reload
sudo systemctl stop app-notice.service app.service app.socket
sudo systemctl start app.socket app.service
#% else
#% if fault == "rehearsal"
echo 'DATABASE_NAME="app"' | sudo tee /run/app-now >/dev/null
#% else
before=$(sed -n 's/.* released .*: \(.*\) -> .*/\1/p' /var/log/deploy.log | tail -n 1)
echo "STATIC_ROOT=\"/opt/app/$before/staticfiles\"" | sudo tee /run/app-now >/dev/null
#% endif
sudo mkdir -p /run/systemd/system/app.service.d
printf '[Service]\nEnvironmentFile=/run/app-now\n' | sudo tee /run/systemd/system/app.service.d/now.conf >/dev/null
sudo systemctl daemon-reload
sudo systemctl restart app.service
#% endif
