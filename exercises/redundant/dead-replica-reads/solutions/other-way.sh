#!/bin/sh
# Back to the release before, which tries the standby itself and knows none of the new settings.
# on: app1
before=$(sed -n 's/.* released .*: \(.*\) -> .*/\1/p' /var/log/deploy.log | tail -n 1)
sudo ln -sfn "$before" /opt/app/current
sudo systemctl restart app.service
# on: app2
before=$(sed -n 's/.* released .*: \(.*\) -> .*/\1/p' /var/log/deploy.log | tail -n 1)
sudo ln -sfn "$before" /opt/app/current
sudo systemctl restart app.service
# on: db2
#% if fault == "listed"
# The runbook's way to bring a standby back starts it, too.
echo auto | sudo tee /etc/postgresql/17/main/start.conf >/dev/null
sudo systemctl daemon-reload
sudo rejoin
#% elif fault == "patient"
sudo systemctl restart postgresql@17-main
#% else
# The application servers by their names, as they stand in /etc/hosts.
printf 'hostssl  app  app,app_owner  %s  scram-sha-256\n' app1 app2 |
    sudo tee -a /etc/postgresql/17/main/pg_hba.conf >/dev/null
sudo -u postgres psql -q -o /dev/null -c 'SELECT pg_reload_conf()'
#% endif
