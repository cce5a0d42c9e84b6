#!/bin/sh
# What the runbook has for a former primary. What only db1 had is undone, as the runbook says.
#% if fault == "disarmed"
# on: db1
sudo rm /etc/systemd/system/postgresql@17-main.service.d/start-anyway.conf
sudo systemctl daemon-reload
sudo systemctl enable --quiet --now postgresql-fence.service
#% elif fault == "shortlist"
# on: db1
ssh -n db2 cat /etc/postgresql-common/pg_service.conf | sudo tee /etc/postgresql-common/pg_service.conf >/dev/null
#% else
# on: db2
address=$(getent hosts db1 | cut -d ' ' -f 1)
sudo sed -i "s|192.0.2.11/32|$address/32|" /etc/postgresql/17/main/pg_hba.conf
sudo systemctl reload postgresql@17-main
#% endif
# on: db1
sudo systemctl stop postgresql@17-main
sudo rejoin
