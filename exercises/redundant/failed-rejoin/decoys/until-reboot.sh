#!/bin/sh
# First of all sees to it that nobody starts db1 by accident; then repairs it all, and leaves it at that.
# on: db1
echo manual | sudo tee /etc/postgresql/17/main/start.conf >/dev/null
sudo systemctl daemon-reload
#% if fault == "mode"
sudo chown root:postgres /etc/ssl/barelab/node.key
sudo chmod 0640 /etc/ssl/barelab/node.key
#% elif fault == "timeline"
sudo rm /etc/postgresql/17/main/conf.d/restore.conf
#% else
# on: db2
sudo sed -i 's/^hostssl  postgres  *replicator/hostssl  replication,postgres  replicator/' /etc/postgresql/17/main/pg_hba.conf
sudo systemctl reload postgresql@17-main
# on: db1
#% endif
sudo rejoin
