#!/bin/sh
# Brings db2 back, and lets no page depend on it.
# on: db2
#% if fault == "listed"
# app2's journal: Connection refused, for db2, and no other host was tried. There, start.conf says
# that nobody starts it.
sudo sed -i 's/^manual$/auto/' /etc/postgresql/17/main/start.conf
sudo systemctl daemon-reload
sudo systemctl start postgresql@17-main
# on: app2
sudo sed -i 's/^DATABASE_REPLICA_HOST=.*/DATABASE_REPLICA_HOST="db1,db2"/' /etc/app/environment
sudo systemctl restart app.service
#% elif fault == "patient"
# Connections are taken, and nothing comes: ps has a T beside the first process.
sudo systemctl kill --kill-whom=main --signal=CONT postgresql@17-main
# on: app1
sudo sed -i 's/^DATABASE_CONNECT_TIMEOUT=.*/DATABASE_CONNECT_TIMEOUT="2"/' /etc/app/environment
sudo systemctl restart app.service
# on: app2
sudo sed -i 's/^DATABASE_CONNECT_TIMEOUT=.*/DATABASE_CONNECT_TIMEOUT="2"/' /etc/app/environment
sudo systemctl restart app.service
#% else
# The journals of both: db1 is no standby, and db2 has no entry in pg_hba.conf.
sudo sed -i 's/^#\(hostssl  app \)/\1/' /etc/postgresql/17/main/pg_hba.conf
sudo systemctl reload postgresql@17-main
# on: app1
sudo sed -i 's/^DATABASE_REPLICA_SESSION_ATTRS=.*/DATABASE_REPLICA_SESSION_ATTRS="prefer-standby"/' /etc/app/environment
sudo systemctl restart app.service
# on: app2
sudo sed -i 's/^DATABASE_REPLICA_SESSION_ATTRS=.*/DATABASE_REPLICA_SESSION_ATTRS="prefer-standby"/' /etc/app/environment
sudo systemctl restart app.service
#% endif
