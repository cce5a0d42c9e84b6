#!/bin/sh
# Everything that has to do with it, once, and one more backup. It is complete.
# on: db1
sudo systemctl restart pgbackrest postgresql@17-main
# on: backup1
sudo systemctl restart pgbackrest
sudo systemctl start pgbackrest-backup.service || true
sudo -u postgres pgbackrest --stanza=main info
