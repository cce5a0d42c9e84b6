#!/bin/sh
# Somebody takes the turn of whoever writes to the index, and keeps it.
set -eu

fault='{{ fault }}'
[ "$fault" = lock ] || exit 0
# A lab's first index takes the same turn, after the lab's first page.
until runuser -u ops -- ssh -n search1 sudo search-ask app/_count -f -o /dev/null 2>/dev/null; do
    sleep 1
done
cat >/etc/systemd/system/search-maintenance.service <<'UNIT'
[Unit]
Description=Keep the search index as it is while it is looked after
After=postgresql@17-main.service

[Service]
User=postgres
# The lock of the application's search (app/search/index.py).
ExecStart=/bin/sh -c '{ echo "SELECT pg_advisory_lock(1936876392);"; exec sleep infinity; } | psql -Xq -o /dev/null app'
Restart=always
RestartSec=2s

[Install]
WantedBy=multi-user.target
UNIT
systemctl enable --quiet --now search-maintenance.service
locked="SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = 1936876392 AND granted"
until [ "$(setpriv --reuid postgres --regid postgres --init-groups psql -XAtq app -c "$locked" | head -n 1)" = 1 ]; do
    sleep 0.2
done
