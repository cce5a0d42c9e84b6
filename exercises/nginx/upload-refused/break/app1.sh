#!/bin/sh
# Makes the application's own limit for attachments too small.
set -eu

fault='{{ fault }}'
[ "$fault" = application ] || exit 0
sed -i 's/^TICKET_ATTACHMENT_MAX_BYTES = .*/TICKET_ATTACHMENT_MAX_BYTES = 1024 * 1024  # until the new disk is in/' \
    /opt/app/current/subscribers/settings.py
systemctl restart app.service
