#!/bin/sh
#% if fault == "sweep"
# A backup made specially: its log stays, until the next one that runs by itself.
# on: backup1
sudo -u postgres pgbackrest --stanza=main --type=full backup
#% else
# Brings the log into the archive beside PostgreSQL, for as long as the machine runs.
# on: db1
sudo tee /usr/local/sbin/push-log >/dev/null <<'SH'
#!/bin/sh
cd /var/lib/postgresql/17/main || exit 1
while sleep 1; do
    for file in pg_wal/archive_status/*.done; do
        name=$(basename "$file" .done)
        [ -e "/run/push-log/$name" ] || [ ! -e "pg_wal/$name" ] && continue
        pgbackrest --stanza=main --archive-push-queue-max=1GiB archive-push "pg_wal/$name" &&
            touch "/run/push-log/$name"
    done
done
SH
sudo chmod 0755 /usr/local/sbin/push-log
sudo systemd-run --quiet --unit=push-log -p User=postgres -p RuntimeDirectory=push-log /usr/local/sbin/push-log
# on: backup1
sudo systemctl start pgbackrest-backup.service
#% endif
