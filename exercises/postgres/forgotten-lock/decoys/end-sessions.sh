#!/bin/sh
# Ends every session that holds a lock, as found in the first answer on the web.
# on: db1
sudo -u postgres psql -q app <<'SQL'
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
 WHERE pid <> pg_backend_pid() AND backend_type = 'client backend';
SQL
