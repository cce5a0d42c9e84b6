#!/bin/sh
# Throws away what cannot be restored, and begins an empty repository.
# on: backup1
sudo systemctl stop pgbackrest-backup.timer pgbackrest.service
sudo find /var/lib/pgbackrest -mindepth 1 -delete
sudo systemctl start pgbackrest.service pgbackrest-backup.timer
sudo systemctl start pgbackrest-backup.service || true
