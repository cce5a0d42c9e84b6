#!/bin/sh
# Corrects the name where it is read, and not what makes it wrong: it lasts until the next start.
# on: {{ node }}
#% if node == "app1"
address=$(ssh web1 getent hosts db1 | cut -d ' ' -f 1)
sed "s/^[0-9.]* db1\$/$address db1/" /etc/hosts >/tmp/hosts
sudo cp /tmp/hosts /etc/hosts
#% else
address=$(ssh db1 getent hosts app1 | cut -d ' ' -f 1)
sed "s/^[0-9.]* app1\$/$address app1/" /etc/hosts >/tmp/hosts
sudo cp /tmp/hosts /etc/hosts
sudo systemctl reload nginx.service
#% endif
