#!/bin/sh
# Lets the application redirect to HTTPS, and perhaps not believe that visitors come that way.
set -eu

fault='{{ fault }}'
[ "$fault" != double ] || exit 0
sed -i '/^SECURE_REFERRER_POLICY/i\SECURE_SSL_REDIRECT = True  # as "manage.py check --deploy" advises' \
    /opt/app/current/subscribers/settings.py
if [ "$fault" = trusted ]; then
    sed -i '/^TRUSTED_PROXY=/d' /etc/app/environment
    sed -i 's/^forwarded_allow_ips = .*/forwarded_allow_ips = "127.0.0.1"/' /etc/app/gunicorn.conf.py
fi
systemctl restart app.service
