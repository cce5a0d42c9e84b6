#!/bin/sh
# As good, by other means.
# on: worker1
#% if fault == "queue"
# Both queues: the plan may go on.
sudo sed -i 's/--queues=mails/--queues=celery,mails/' /etc/systemd/system/celery@.service.d/queues.conf
sudo systemctl daemon-reload
sudo systemctl restart celery@1.service
#% elif fault == "rate"
# A limit that a mail server keeps up with.
sudo sed -i 's|"rate_limit": "1/h"|"rate_limit": "20/s"|' /opt/app/current/subscribers/settings.py
sudo systemctl restart celery@1.service
#% else
# A file of another name, from where the queue's server has it.
ssh -n redis1 sudo cat /etc/redis/secrets/app | sudo install -o root -g app -m 0640 /dev/stdin /etc/app/secrets/queue-password
sudo sed -i 's|^BROKER_PASSWORD_FILE=.*|BROKER_PASSWORD_FILE="/etc/app/secrets/queue-password"|' /etc/app/environment
sudo systemctl restart celery@1.service celery-beat.service celery-flower.service
#% endif
