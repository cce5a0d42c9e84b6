#!/bin/sh
# Puts right what was left over, and nothing else.
#% if fault == "pause"
# patroni-admin list ends with "Maintenance mode: on". It is kept in etcd, for both nodes at once.
# on: db1
sudo patroni-admin resume --wait
#% elif fault == "tag"
# patroni-admin list shows a tag beside the standby: it is in Patroni's file on that node.
# on: db1
if grep -q '^tags:' /etc/patroni/17-main.yml; then
    sudo sed -i '/^tags:/,$d' /etc/patroni/17-main.yml
    sudo systemctl reload patroni@17-main
fi
# on: db2
if grep -q '^tags:' /etc/patroni/17-main.yml; then
    sudo sed -i '/^tags:/,$d' /etc/patroni/17-main.yml
    sudo systemctl reload patroni@17-main
fi
#% else
# endpoint health --cluster names witness1; there, etcd is "inactive" and "disabled".
# on: witness1
sudo systemctl enable --quiet --now etcd.service etcd-users.service
#% endif
