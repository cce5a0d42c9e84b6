#!/bin/sh
# db1 forgets its subscription and copies all that db2 has, which has taken over from db1 all the time.
#% if fault == "refused"
# on: db2
address=$(getent hosts db1 | cut -d ' ' -f 1)
sudo sed -i "/^hostssl  app  *mirror/i hostssl app mirror $address/32 cert map=nodes" /etc/postgresql/17/main/pg_hba.conf
sudo systemctl reload postgresql@17-main
#% endif
# on: db1
sudo -u postgres psql -Xq app -c 'ALTER SUBSCRIPTION masters DISABLE' -c 'ALTER SUBSCRIPTION masters SET (slot_name = NONE)' -c 'DROP SUBSCRIPTION masters'
sudo systemctl restart masters-join
