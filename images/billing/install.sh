#!/bin/sh
# The nightly billing run, where no worker does it.
set -eu

install -m 0644 "$BUILD/files/etc/systemd/system/app-bill.service" "$BUILD/files/etc/systemd/system/app-bill.timer" \
    /etc/systemd/system/
systemctl enable app-bill.timer
