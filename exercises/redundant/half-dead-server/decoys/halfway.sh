#!/bin/sh
#% if fault == "standin"
# The notice gives way to something that hands everything on to app1. app2 answers well, and app1
# does the work of both.
# on: app2
sudo sed -i -e '/^User=/d' -e 's|^ExecStart=.*|ExecStart=/usr/lib/systemd/systemd-socket-proxyd app1:8000|' /etc/systemd/system/app-notice.service
sudo systemctl daemon-reload
sudo systemctl restart app-notice.service
#% elif fault == "rehearsal"
# What the message says is missing is made: a database of that name, with all that is in the real
# one, and a rule that lets app1 in. From now on each server has its own customers.
# on: db1
sudo -u postgres createdb -O app_owner app_rehearsal
sudo -u postgres sh -c 'pg_dump app | psql -q -o /dev/null app_rehearsal'
sudo sed -i 's/^hostssl  app  /hostssl  app,app_rehearsal  /' /etc/postgresql/17/main/pg_hba.conf
sudo systemctl reload postgresql@17-main
# on: db2
sudo sed -i 's/^hostssl  app  /hostssl  app,app_rehearsal  /' /etc/postgresql/17/main/pg_hba.conf
sudo systemctl reload postgresql@17-main
#% else
# What does not look up names cannot miss any. Its pages name other files than those of app1, which
# browsers must not keep.
# on: app2
sudo sed -i 's/^_static_storage = .*/_static_storage = "StaticFilesStorage"/' /opt/app/current/subscribers/settings.py
sudo systemctl restart app.service
#% endif
