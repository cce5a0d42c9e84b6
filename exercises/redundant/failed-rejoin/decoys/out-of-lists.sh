#!/bin/sh
# Nobody misses db1 any more, because nobody knows it any more.
# on: app1
sudo sed -i -e 's/^DATABASE_HOST=.*/DATABASE_HOST="db2"/' -e 's/^DATABASE_REPLICA_HOST=.*/DATABASE_REPLICA_HOST=""/' /etc/app/environment
sudo systemctl restart app.service
# on: app2
sudo sed -i -e 's/^DATABASE_HOST=.*/DATABASE_HOST="db2"/' -e 's/^DATABASE_REPLICA_HOST=.*/DATABASE_REPLICA_HOST=""/' /etc/app/environment
sudo systemctl restart app.service
