#!/bin/sh
# Told to the worker that runs. The next one has not heard of it.
# on: worker1
#% if fault == "password"
ssh -n app1 sudo cat /etc/app/secrets/broker-password | sudo install -o root -g app -m 0640 /dev/stdin /run/queue-password
echo 'BROKER_PASSWORD_FILE="/run/queue-password"' | sudo tee /run/worker-now >/dev/null
sudo mkdir -p /run/systemd/system/celery@.service.d
printf '[Service]\nEnvironmentFile=/run/worker-now\n' | sudo tee /run/systemd/system/celery@.service.d/now.conf >/dev/null
sudo systemctl daemon-reload
sudo systemctl restart celery@1.service
#% else
tell() {
    sudo sh -c 'set -a; . /etc/app/environment; cd /opt/app/current; exec setpriv --reuid app --regid app --init-groups "$@"' sh \
        /opt/app/venv/bin/celery --app subscribers.celery:app control --timeout 5 "$@"
}
#% if fault == "queue"
tell add_consumer celery || tell add_consumer celery
#% else
tell rate_limit billing.tasks.mail_invoice 20/s || tell rate_limit billing.tasks.mail_invoice 20/s
#% endif
#% endif
