#!/bin/sh
# Works at once and is gone after the next restart of the nodes.
#% if fault == "listed"
# on: db2
sudo systemctl start postgresql@17-main
# on: app2
sudo sed -i 's/^DATABASE_REPLICA_HOST=.*/DATABASE_REPLICA_HOST="db1,db2"/' /etc/app/environment
sudo systemctl restart app.service
#% else
# on: db2
sudo sed -i 's/^#\(hostssl  app \)/\1/' /etc/postgresql/17/main/pg_hba.conf
sudo systemctl restart postgresql@17-main
#% for node in ("app1", "app2")
# on: {{ node }}
printf 'DATABASE_CONNECT_TIMEOUT="2"\nDATABASE_REPLICA_SESSION_ATTRS="prefer-standby"\n' | sudo tee /run/app-now >/dev/null
sudo mkdir -p /run/systemd/system/app.service.d
printf '[Service]\nEnvironmentFile=/run/app-now\n' | sudo tee /run/systemd/system/app.service.d/now.conf >/dev/null
sudo systemctl daemon-reload
sudo systemctl restart app.service
#% endfor
#% endif
