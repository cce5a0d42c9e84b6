#!/bin/sh
# As good as the first way, by other means.
#% if fault == "pause"
# The setting itself, without the command that is made for it.
# on: db2
sudo patroni-admin edit-config --quiet --set pause=false --force
#% elif fault == "tag"
# The tag stays, for the next time, and says that this node may lead; Patroni is started anew.
# on: db1
if grep -q 'nofailover' /etc/patroni/17-main.yml; then
    sudo sed -i 's/nofailover: true/nofailover: false/' /etc/patroni/17-main.yml
    sudo systemctl restart patroni@17-main
fi
# on: db2
if grep -q 'nofailover' /etc/patroni/17-main.yml; then
    sudo sed -i 's/nofailover: true/nofailover: false/' /etc/patroni/17-main.yml
    sudo systemctl restart patroni@17-main
fi
#% else
# Who knows how old its data are: it comes back as a new member, which the other two take in.
# on: witness1
sudo rm -r /var/lib/etcd/default
sudo systemctl enable --quiet etcd.service etcd-users.service
sudo systemctl start etcd.service etcd-users.service
#% endif
