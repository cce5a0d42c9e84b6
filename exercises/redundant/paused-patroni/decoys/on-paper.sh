#!/bin/sh
# The right words in files that nobody reads.
#% if fault == "pause"
# What stands below bootstrap was read once, when the site was new.
# on: db1
sudo sed -i 's/^    ttl: 20$/    ttl: 20\n    pause: false/' /etc/patroni/17-main.yml
sudo systemctl reload patroni@17-main
# on: db2
sudo sed -i 's/^    ttl: 20$/    ttl: 20\n    pause: false/' /etc/patroni/17-main.yml
sudo systemctl reload patroni@17-main
#% elif fault == "tag"
# In the settings for all nodes; a node's own file stands over them.
# on: db1
sudo patroni-admin edit-config --quiet --force --set tags.nofailover=false
#% else
# The members that etcd is told of were for its first start.
# on: db1
sudo sed -i 's/^\(ETCD_INITIAL_CLUSTER=.*\),witness1=.*/\1/' /etc/default/etcd
# on: db2
sudo sed -i 's/^\(ETCD_INITIAL_CLUSTER=.*\),witness1=.*/\1/' /etc/default/etcd
#% endif
