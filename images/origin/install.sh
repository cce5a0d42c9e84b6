#!/bin/sh
# The release's static files for the asset delivery to fetch: once each, so a small server will do,
# the one that gives out uploads.
set -eu

install -m 0644 "$BUILD/files/etc/systemd/system/app-static.socket" "$BUILD/files/etc/systemd/system/app-static@.service" \
    /etc/systemd/system/
systemctl enable app-static.socket
