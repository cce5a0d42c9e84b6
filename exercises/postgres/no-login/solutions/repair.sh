#!/bin/sh
# Puts right what was changed, and nothing else.
#% if fault == "password"
# The log of app1 says: password authentication failed for user "app". The application's password
# is in its secrets, and the seat's database node has the same one: the role gets it back.
# on: db1
sudo -u postgres psql -q -v ON_ERROR_STOP=1 app <<'SQL'
SET log_min_duration_statement = -1;
\set password `cat /etc/postgresql/secrets/database-password`
ALTER ROLE app PASSWORD :'password';
SQL
#% elif fault == "rule"
# The log of app1 says: no pg_hba.conf entry for ... user "app". The rule for app1's address names
# only the other role.
# on: db1
sudo sed -i '/^hostssl/s/app_owner */app,app_owner   /' /etc/postgresql/17/main/pg_hba.conf
sudo -u postgres psql -q -c 'SELECT pg_reload_conf()'
#% elif fault == "limit"
# The log of app1 says: too many connections for role "app", and \du shows a limit of 0.
# on: db1
sudo -u postgres psql -q -c 'ALTER ROLE app CONNECTION LIMIT -1'
#% else
# The log of app1 says: remaining connection slots are reserved. pg_stat_activity on db1 shows who
# has them: "audit", from app1. There, `systemctl list-units` has audit-collect.service.
# on: app1
sudo systemctl disable --now audit-collect.service
#% endif
