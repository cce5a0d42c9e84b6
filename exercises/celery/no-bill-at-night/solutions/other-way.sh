#!/bin/sh
# As good, by other means.
# on: worker1
#% if fault == "host"
# A later file takes back the condition: on this node the unit is enabled, and on no other.
printf '[Unit]\nConditionHost=\n' | sudo tee /etc/systemd/system/celery-beat.service.d/zz-here.conf >/dev/null
sudo systemctl daemon-reload
#% elif fault == "zone"
# Without a word about it the application has the hours of its country.
sudo sed -i '/^TIME_ZONE=/d' /etc/app/environment
sudo systemctl restart celery@1.service
#% else
# As on the other nodes.
ssh -n app1 cat /opt/app/current/subscribers/celery.py | sudo tee /opt/app/current/subscribers/celery.py >/dev/null
#% endif
sudo systemctl restart celery-beat.service
