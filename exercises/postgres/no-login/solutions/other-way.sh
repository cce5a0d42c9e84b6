#!/bin/sh
# As good as the first way, by other means.
#% if fault == "password"
# A new password for both sides, because nobody knows who has seen the old one.
# on: db1
sudo -u postgres psql -q -v ON_ERROR_STOP=1 app <<'SQL'
SET log_min_duration_statement = -1;
ALTER ROLE app PASSWORD 'b7-quiet-harbour-lantern';
SQL
# on: app1
printf 'b7-quiet-harbour-lantern' | sudo tee /etc/app/secrets/database-password >/dev/null
sudo systemctl restart app.service
#% elif fault == "rule"
# A line of its own for the application.
# on: db1
address=$(getent hosts app1 | cut -d ' ' -f 1)
echo "hostssl app app $address/32 scram-sha-256" | sudo tee -a /etc/postgresql/17/main/pg_hba.conf
sudo systemctl reload postgresql@17-main
#% elif fault == "limit"
# A limit that fits: two workers with four threads, and room for commands.
# on: db1
sudo -u postgres psql -q -c 'ALTER ROLE app CONNECTION LIMIT 30'
#% else
# Remove the program altogether.
# on: app1
sudo systemctl stop audit-collect.service
sudo rm -r /etc/systemd/system/audit-collect.service /etc/systemd/system/multi-user.target.wants/audit-collect.service /opt/audit
sudo systemctl daemon-reload
#% endif
