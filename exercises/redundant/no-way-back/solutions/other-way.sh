#!/bin/sh
# As good as the first way, by other means.
#% if fault == "command"
# What is set with ALTER SYSTEM stands over the files.
# on: db1
sudo -u postgres psql -q -o /dev/null -c "ALTER SYSTEM SET archive_command = 'pgbackrest --stanza=main archive-push %p'" -c 'SELECT pg_reload_conf()'
#% elif fault == "queue"
# As much as the disk has left, by a number that is larger than one segment.
# on: db1
sudo sed -i 's/^archive-push-queue-max=.*/archive-push-queue-max=1GiB/' /etc/pgbackrest.conf
#% endif
# on: backup1
#% if fault == "sweep"
# Room on the disk is what pgBackRest's own expire is for: it knows which log each backup needs.
printf '[Service]\nExecStartPost=\nExecStartPost=/usr/bin/pgbackrest --stanza=main expire\n' |
    sudo tee /etc/systemd/system/pgbackrest-backup.service.d/disk.conf >/dev/null
sudo systemctl daemon-reload
#% else
sudo sed -i 's/^archive-check=n/archive-check=y/' /etc/pgbackrest.conf
#% endif
sudo -u postgres pgbackrest --stanza=main --type=full backup
