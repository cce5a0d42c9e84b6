#!/bin/sh
# Celery, which came with the application's requirements, as services: workers, and one beat that
# hands out what is to be done at a certain time.
set -eu

install -m 0644 "$BUILD"/files/etc/systemd/system/celery*.service /etc/systemd/system/
systemctl enable celery@1.service celery-beat.service
