#!/bin/sh
# Sets the worker back to what it was.
# on: worker1
#% if fault == "queue"
sudo rm /etc/systemd/system/celery@.service.d/queues.conf
sudo systemctl daemon-reload
#% elif fault == "rate"
sudo sed -i -e '/^# The mail server had a hard day/d' -e '/^CELERY_TASK_ANNOTATIONS/d' /opt/app/current/subscribers/settings.py
#% else
ssh -n app1 sudo cat /etc/app/secrets/broker-password | sudo tee /etc/app/secrets/broker-password >/dev/null
#% endif
sudo systemctl restart celery@1.service
