#!/bin/sh
#% if fault == "refused"
# Lets db2 in without asking for anything: it follows, and so may whoever else stands there.
# on: db1
address=$(getent hosts db2 | cut -d ' ' -f 1)
sudo sed -i "1i hostssl replication,postgres replicator $address/32 trust" /etc/postgresql/17/main/pg_hba.conf
sudo systemctl reload postgresql@17-main
#% else
# A copy of this minute. It is new, it follows, and from now on it ages like the one before.
# on: db2
sudo rejoin --copy
#% endif
