#!/bin/sh
#% if fault == "archive"
# No command, no failures. PostgreSQL takes it for a pause, and keeps everything until there is one.
# on: db1
sudo -u postgres psql -q app -c "ALTER SYSTEM SET archive_command = ''" -c 'SELECT pg_reload_conf()' -c CHECKPOINT
#% else
# Deletes the files behind the database's back, every second, for ever.
# on: db1
sudo tee /usr/local/bin/sweep-wal >/dev/null <<'SH'
#!/bin/sh
set -eu
bin=/usr/lib/postgresql/17/bin data=/var/lib/postgresql/17/main
while sleep 1; do
    first=$("$bin/pg_controldata" "$data" | sed -n "s/^Latest checkpoint's REDO WAL file: *//p")
    "$bin/pg_archivecleanup" "$data/pg_wal" "$first"
done
SH
sudo chmod 0755 /usr/local/bin/sweep-wal
sudo tee /etc/systemd/system/sweep-wal.service >/dev/null <<'UNIT'
[Service]
User=postgres
ExecStart=/usr/local/bin/sweep-wal
Restart=always
[Install]
WantedBy=multi-user.target
UNIT
sudo systemctl daemon-reload
sudo systemctl enable --quiet --now sweep-wal.service
#% endif
