#!/bin/sh
# As good as the first way, by other means.
#% if source == "rule"
# The rule stays, and is brought up to date.
# on: app1
address=$(ssh web1 getent hosts db1 | cut -d ' ' -f 1)
sudo sed -i "s/[0-9.]* db1\\\\n/$address db1\\\\n/" /etc/tmpfiles.d/site-names.conf
sudo systemd-tmpfiles --create
#% else
# The program stays, and its list is brought up to date from a machine that is right.
# on: db1
for name in web1 app1 db1; do
    printf '%s %s\n' "$(getent ahostsv4 "$name" | cut -d ' ' -f 1 | head -n 1)" "$name"
done >/tmp/site
scp -q /tmp/site '{{ node }}:/tmp/site'
# on: {{ node }}
sudo cp /tmp/site /etc/hosts.d/site
sudo /usr/local/sbin/hosts-from-list
#% if node == "web1"
sudo systemctl restart nginx.service
#% endif
#% endif
