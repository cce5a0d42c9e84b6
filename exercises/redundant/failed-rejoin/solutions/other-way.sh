#!/bin/sh
# As good as the first way, by other means: a copy of db2, made by hand.
#% if fault == "hba"
# A line of its own for what the other one does not let through.
# on: db2
address=$(getent hosts db1 | cut -d ' ' -f 1)
echo "hostssl replication replicator $address/32 cert map=nodes" | sudo tee -a /etc/postgresql/17/main/pg_hba.conf >/dev/null
sudo -u postgres psql -q -o /dev/null -c 'SELECT pg_reload_conf()'
#% endif
# on: db1
#% if fault == "mode"
# PostgreSQL and libpq take a key that is theirs alone just as well.
sudo chown postgres:postgres /etc/ssl/barelab/node.key
sudo chmod 0600 /etc/ssl/barelab/node.key
#% elif fault == "timeline"
# Said once more, in a file that is read later.
echo "recovery_target_timeline = 'latest'" | sudo tee /etc/postgresql/17/main/conf.d/zz-follow.conf >/dev/null
#% endif
cd /
sudo systemctl stop postgresql@17-main
sudo mv /var/lib/postgresql/17/main /var/lib/postgresql/17/main.tuesday
sudo -u postgres /usr/lib/postgresql/17/bin/pg_basebackup -d service=primary -D /var/lib/postgresql/17/main -X stream --checkpoint=fast
sudo -u postgres touch /var/lib/postgresql/17/main/standby.signal
sudo systemctl start postgresql@17-main
sudo rm -r /var/lib/postgresql/17/main.tuesday
