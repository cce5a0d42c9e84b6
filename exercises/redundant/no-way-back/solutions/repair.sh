#!/bin/sh
# Puts right what was changed on both sides, and makes a backup behind the gap.
#% if fault == "command"
# SHOW archive_command says /bin/true, and pg_settings in which file. It has counted every segment.
# on: db1
sudo rm /etc/postgresql/17/main/conf.d/weekend.conf
sudo systemctl reload postgresql@17-main
#% elif fault == "queue"
# The journal: dropped WAL file '...' because archive queue exceeded 8MB. One segment has 16.
# on: db1
sudo sed -i 's/^archive-push-queue-max=.*/archive-push-queue-max=512MiB/' /etc/pgbackrest.conf
#% endif
# on: backup1
#% if fault == "sweep"
# systemctl cat shows it. A backup of a running database is only whole with the log of its time.
sudo rm /etc/systemd/system/pgbackrest-backup.service.d/disk.conf
sudo systemctl daemon-reload
#% else
# A backup whose log does not arrive fails again, and somebody hears of it.
sudo sed -i -e '/^archive-check=n/d' -e '/^# It waited a minute/d' /etc/pgbackrest.conf
#% endif
sudo systemctl start pgbackrest-backup.service
