#!/bin/sh
# Has the worker do nothing of what is queued, or next to nothing, without a failure.
set -eu

systemctl stop celery@1.service
# Three customers asked for an invoice this morning, and their mails are queued.
app-manage shell --verbosity 0 -c '
from datetime import timedelta
from django.utils import timezone
from billing.models import Invoice, InvoiceMail
from billing.tasks import mail_invoice

for number, invoice in enumerate(Invoice.objects.order_by("pk")[:3]):
    wanted = timezone.now() - timedelta(hours=2, minutes=number)
    mail_invoice.delay(InvoiceMail.objects.create(invoice=invoice, wanted_at=wanted).pk)
'

fault='{{ fault }}'
case "$fault" in
queue)
    mkdir -p /etc/systemd/system/celery@.service.d
    cat >/etc/systemd/system/celery@.service.d/queues.conf <<'CONF'
[Service]
# Mails have a queue of their own, so that a billing run does not hold them up.
ExecStart=
ExecStart=/opt/app/venv/bin/celery --app ${CELERY_APP} worker --hostname=%i@%H --autoscale=${CELERY_MOST},1 \
    --queues=mails --max-tasks-per-child=1000 --task-events --without-gossip --without-mingle --loglevel=INFO
CONF
    systemctl daemon-reload
    ;;
rate)
    cat >>/opt/app/current/subscribers/settings.py <<'CONF'

# The mail server had a hard day.
CELERY_TASK_ANNOTATIONS = {"billing.tasks.mail_invoice": {"rate_limit": "1/h"}}
CONF
    ;;
password)
    openssl rand -hex 16 >/etc/app/secrets/broker-password
    ;;
esac
systemctl start celery@1.service
