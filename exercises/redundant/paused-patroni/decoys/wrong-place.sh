#!/bin/sh
#% if fault == "pause"
# Copies a standby anew that had nothing wrong with it.
# on: db1
sudo patroni-admin reinit main db2 --force || sudo patroni-admin reinit main db1 --force || true
#% elif fault == "tag"
# The other node gets it: the standby may lead now, and when it does, it is the only one that may.
# on: db1
if grep -q '^tags:' /etc/patroni/17-main.yml; then
    sudo sed -i '/^tags:/,$d' /etc/patroni/17-main.yml
else
    printf '\ntags:\n  nofailover: true\n' | sudo tee -a /etc/patroni/17-main.yml >/dev/null
fi
sudo systemctl reload patroni@17-main
# on: db2
if grep -q '^tags:' /etc/patroni/17-main.yml; then
    sudo sed -i '/^tags:/,$d' /etc/patroni/17-main.yml
else
    printf '\ntags:\n  nofailover: true\n' | sudo tee -a /etc/patroni/17-main.yml >/dev/null
fi
sudo systemctl reload patroni@17-main
#% else
# Takes the one that does not answer out of the list. Of two, a majority is both.
# on: db1
sudo etcd-admin member list | grep witness1 | cut -d , -f 1 | xargs sudo etcd-admin member remove
#% endif
