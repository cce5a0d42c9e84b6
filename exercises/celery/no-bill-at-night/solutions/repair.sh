#!/bin/sh
# Sets back what was set differently.
# on: worker1
#% if fault == "host"
printf '[Unit]\nConditionHost=worker1\n' | sudo tee /etc/systemd/system/celery-beat.service.d/node.conf >/dev/null
sudo systemctl daemon-reload
#% elif fault == "zone"
sudo sed -i 's|^TIME_ZONE=.*|TIME_ZONE="Asia/Kolkata"|' /etc/app/environment
#% else
sudo sed -i 's/crontab(hour="14", minute=10)/crontab(hour=2, minute=10)/' /opt/app/current/subscribers/celery.py
#% endif
sudo systemctl restart celery-beat.service celery@1.service
