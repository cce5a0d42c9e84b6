#!/bin/sh
# As good as the first way, by other means.
#% if fault == "delayed"
# What is set with ALTER SYSTEM stands over the files.
# on: db2
sudo -u postgres psql -q -o /dev/null -c "ALTER SYSTEM SET recovery_min_apply_delay = '0'" -c 'SELECT pg_reload_conf()'
#% elif fault == "paused"
# The figures go, with their timer: management can ask. A restarted server is not paused.
# on: db2
sudo systemctl disable --quiet --now figures.timer
sudo rm /etc/systemd/system/figures.timer /etc/systemd/system/figures.service
sudo systemctl daemon-reload
sudo systemctl restart postgresql@17-main
#% else
# A line for every database node, in the certificates' words.
# on: db1
# shellcheck disable=SC2016 # $ is the end of the name, for PostgreSQL
echo 'nodes  "/^db[12]$"  replicator' | sudo tee -a /etc/postgresql/17/main/pg_ident.conf >/dev/null
sudo -u postgres psql -q -o /dev/null -c 'SELECT pg_reload_conf()'
#% endif
