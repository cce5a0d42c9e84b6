#!/bin/sh
# Right, for as long as the node is on.
# on: worker1
now=/run/systemd/system/celery-beat.service.d
sudo mkdir -p "$now"
#% if fault == "host"
printf '[Unit]\nConditionHost=\n' | sudo tee "$now/zz-now.conf" >/dev/null
#% elif fault == "zone"
echo 'TIME_ZONE="Asia/Kolkata"' | sudo tee /run/beat-zone >/dev/null
printf '[Service]\nEnvironmentFile=/run/beat-zone\n' | sudo tee "$now/zz-now.conf" >/dev/null
#% else
sudo cp -a /opt/app/current/. /run/beat-release
sudo sed -i 's/crontab(hour="14", minute=10)/crontab(hour=2, minute=10)/' /run/beat-release/subscribers/celery.py
printf '[Service]\nWorkingDirectory=/run/beat-release\n' | sudo tee "$now/zz-now.conf" >/dev/null
#% endif
sudo systemctl daemon-reload
sudo systemctl restart celery-beat.service
