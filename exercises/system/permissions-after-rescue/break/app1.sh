#!/bin/sh
# A customer has sent a photo. Then the uploads come back from the backup, copied by root with
# root's mask, and in one variant the secrets as well.
set -eu

tree='{{ tree }}'

# The first accounts are made behind the start of the node, and need the secrets.
until systemctl start app-accounts.service; do sleep 1; done
app-manage shell --verbosity 0 --command '
from django.core.files.base import ContentFile
from accounts.models import Subscriber
from support.models import Ticket

photo = ContentFile(b"\xff\xd8\xff\xe0" + b"lightning " * 2000, name="lightning.jpg")
Ticket.objects.create(
    subscriber=Subscriber.objects.get(number="C000001"),
    topic="outage",
    subject="Struck by lightning",
    body="The box on the wall is black. I send you a photo for the insurance.",
    attachment=photo,
)
'

chown -R root:root /var/lib/app/media
chmod -R u=rwX,go= /var/lib/app/media
[ "$tree" = secrets ] || exit 0
chown root:root /etc/app/secrets/*
chmod -R u=rwX,go= /etc/app/secrets
systemctl restart --no-block app.service
