#!/bin/sh
# Every ten minutes: so at night as well.
# on: worker1
sudo sed -i 's/"billing.tasks.bill_month", "schedule": crontab(.*)}/"billing.tasks.bill_month", "schedule": crontab(minute="*\/10")}/' \
    /opt/app/current/subscribers/celery.py
grep -c 'bill_month.*minute="\*/10"' /opt/app/current/subscribers/celery.py
printf '[Unit]\nConditionHost=\n' | sudo tee /etc/systemd/system/celery-beat.service.d/zz-here.conf >/dev/null
sudo systemctl daemon-reload
sudo systemctl restart celery-beat.service
