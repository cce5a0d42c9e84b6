#!/bin/sh
# Pages come without db2, so db2 is left as it is: all of them from db1.
#% if fault == "listed"
# on: app2
sudo sed -i 's/^DATABASE_REPLICA_HOST=.*/DATABASE_REPLICA_HOST="db1,db2"/' /etc/app/environment
sudo systemctl restart app.service
#% else
# on: app1
sudo sed -i -e '/^DATABASE_CONNECT_TIMEOUT=/d' -e '/^DATABASE_REPLICA_SESSION_ATTRS=/d' /etc/app/environment
sudo systemctl restart app.service
# on: app2
sudo sed -i -e '/^DATABASE_CONNECT_TIMEOUT=/d' -e '/^DATABASE_REPLICA_SESSION_ATTRS=/d' /etc/app/environment
sudo systemctl restart app.service
#% endif
