#!/bin/sh
# Gunicorn, which came with the application's requirements, as a service behind a socket; and a
# small file server for what users upload.
set -eu

apt-get update
apt-get install -y busybox

install -m 0644 "$BUILD"/files/etc/systemd/system/app*.service "$BUILD"/files/etc/systemd/system/app*.socket \
    /etc/systemd/system/
systemctl enable app.socket app.service app-accounts.service app-uploads.socket

apt-get clean
rm -rf /var/lib/apt/lists/* /var/cache/debconf/*-old /var/log/apt /var/log/*.log
