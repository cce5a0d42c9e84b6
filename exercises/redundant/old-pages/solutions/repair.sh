#!/bin/sh
# Puts right what was changed, and nothing else.
#% if fault == "delayed"
# pg_stat_wal_receiver is streaming, nothing is paused: it receives and waits. pg_settings names the
# file. It was meant for a server that is not there yet.
# on: db2
sudo rm /etc/postgresql/17/main/conf.d/ready-for-kochi.conf
sudo systemctl reload postgresql@17-main
#% elif fault == "paused"
# Paused, by whom? journalctl has a service that fails every quarter of an hour. What must be done
# whether it fails or not belongs into ExecStopPost. Then what is paused now.
# on: db2
sudo install -d -o postgres -g postgres /srv/management
sudo sed -i 's/^ExecStartPost=/ExecStopPost=/' /etc/systemd/system/figures.service
sudo systemctl daemon-reload
sudo -u postgres psql -q -o /dev/null -c 'SELECT pg_wal_replay_resume()'
#% else
# db2's log: certificate authentication failed for user "replicator". db1's log says why: no line
# of the map fits. The certificate says db2, the map says something longer.
# on: db1
sudo sed -i 's/^nodes  *db2\.[^ ]* */nodes    db2          /' /etc/postgresql/17/main/pg_ident.conf
sudo systemctl reload postgresql@17-main
#% endif
