#!/bin/sh
# Has the month billed by day, or not at all, without a failure.
set -eu

systemctl stop celery-beat.service
fault='{{ fault }}'
case "$fault" in
host)
    cat >/etc/systemd/system/celery-beat.service.d/node.conf <<'CONF'
[Unit]
# One node does it for all: the new one, as soon as it is there.
ConditionHost=worker9
CONF
    systemctl daemon-reload
    ;;
zone)
    # The servers' clocks are UTC, so that logs can be compared.
    sed -i 's|^TIME_ZONE=.*|TIME_ZONE="Etc/UTC"|' /etc/app/environment
    systemctl restart 'celery@*.service'
    ;;
hour)
    sed -i 's/crontab(hour=2, minute=10)/crontab(hour="14", minute=10)/' /opt/app/current/subscribers/celery.py
    ;;
esac
# Where the unit waits for another host, this succeeds, and starts nothing.
systemctl start celery-beat.service
