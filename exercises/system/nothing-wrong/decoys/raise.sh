#!/bin/sh
# Raises what can be raised, and reloads, so that nothing is restarted.
# on: web1
sudo sed -i 's/proxy_read_timeout .*/proxy_read_timeout 300s;/' /etc/nginx/snippets/to-app.conf
sudo systemctl reload nginx.service
# on: db1
sudo -u postgres psql --no-psqlrc -q -c "ALTER SYSTEM SET work_mem = '64MB'" -c 'SELECT pg_reload_conf()'
