#!/bin/sh
# Puts right what kept db1 away; then the next line of the runbook.
#% if fault == "mode"
# rejoin says that no primary answers, and one does. Ask as it does: sudo -u postgres psql service=db2
# says that it may not read the key. On db2 the same file belongs to the group postgres.
# on: db1
sudo chown root:postgres /etc/ssl/barelab/node.key
sudo chmod 0640 /etc/ssl/barelab/node.key
sudo rejoin
#% elif fault == "timeline"
# It starts, and ends up behind: the log says that the primary is on another timeline.
# on: db1
sudo rm /etc/postgresql/17/main/conf.d/restore.conf
sudo rejoin
#% else
# It starts, and its log says: no pg_hba.conf entry for replication connection. db2's file has it so.
# on: db2
sudo sed -i 's/^hostssl  postgres  *replicator/hostssl  replication,postgres  replicator/' /etc/postgresql/17/main/pg_hba.conf
sudo systemctl reload postgresql@17-main
# on: db1
sudo rejoin
#% endif
