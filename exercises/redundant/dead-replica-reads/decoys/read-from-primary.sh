#!/bin/sh
# Pages depend on db2 no more, because nobody reads from it any more.
# on: app1
sudo sed -i 's/^DATABASE_REPLICA_HOST=.*/DATABASE_REPLICA_HOST=""/' /etc/app/environment
sudo systemctl restart app.service
# on: app2
sudo sed -i 's/^DATABASE_REPLICA_HOST=.*/DATABASE_REPLICA_HOST=""/' /etc/app/environment
sudo systemctl restart app.service
# on: db2
#% if fault == "listed"
sudo sed -i 's/^manual$/auto/' /etc/postgresql/17/main/start.conf
sudo systemctl daemon-reload
sudo systemctl start postgresql@17-main
#% elif fault == "patient"
sudo systemctl restart postgresql@17-main
#% else
sudo sed -i 's/^#\(hostssl  app \)/\1/' /etc/postgresql/17/main/pg_hba.conf
sudo systemctl reload postgresql@17-main
#% endif
