#!/bin/sh
# Nobody sees old pages any more, because nobody reads from db2 any more.
# on: app1
sudo sed -i 's/^DATABASE_REPLICA_HOST=.*/DATABASE_REPLICA_HOST=""/' /etc/app/environment
sudo systemctl restart app.service
# on: app2
sudo sed -i 's/^DATABASE_REPLICA_HOST=.*/DATABASE_REPLICA_HOST=""/' /etc/app/environment
sudo systemctl restart app.service
