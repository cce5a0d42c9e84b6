#!/bin/sh
# `getent hosts NAME` asks as programs do. Where it is wrong, and what makes it so again at each
# start, is put right.
# on: {{ node }}
# What is written at each start is of the past, so it goes: what starts it, the program, the list.
#% if source == "rule"
sudo rm /etc/tmpfiles.d/site-names.conf
#% else
#% if source == "unit"
sudo systemctl disable hosts-from-list.service
sudo rm /etc/systemd/system/hosts-from-list.service
#% else
sudo rm /etc/systemd/system/nginx.service.d/names.conf
#% endif
sudo systemctl daemon-reload
sudo rm -r /usr/local/sbin/hosts-from-list /etc/hosts.d
#% endif
# A neighbour still knows the right address. /etc/hosts may have to stay the same file (in a
# container it is a mount), so cp replaces its content, not the file.
#% if node == "app1"
address=$(ssh web1 getent hosts db1 | cut -d ' ' -f 1)
sed "s/^[0-9.]* db1\$/$address db1/" /etc/hosts >/tmp/hosts
#% else
address=$(ssh db1 getent hosts app1 | cut -d ' ' -f 1)
sed "s/^[0-9.]* app1\$/$address app1/" /etc/hosts >/tmp/hosts
#% endif
sudo cp /tmp/hosts /etc/hosts
#% if node == "web1"
sudo systemctl reload nginx.service
#% endif
