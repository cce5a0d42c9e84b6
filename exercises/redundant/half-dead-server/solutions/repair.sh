#!/bin/sh
# Puts right what was left behind, and nothing else.
#% if fault == "standin"
# lb1's log: all that says sorry comes from app2. There the application logs no request at all, and
# `systemctl list-sockets` has app-notice.service beside port 8000.
# on: app2
sudo rm /etc/systemd/system/app.socket.d/work.conf
sudo systemctl daemon-reload
# A socket that has handed over its port cannot be restarted under its service.
sudo systemctl stop app-notice.service app.service app.socket
sudo systemctl start app.socket app.service
sudo rm -r /etc/systemd/system/app-notice.service /opt/notice
sudo systemctl daemon-reload
#% elif fault == "rehearsal"
# app1's journal: no pg_hba.conf entry for ... database "app_rehearsal".
# on: app1
sudo sed -i 's/^DATABASE_NAME=.*/DATABASE_NAME="app"/' /etc/app/environment
sudo systemctl restart app.service
#% else
# app2's journal: Missing staticfiles manifest entry. The release wants its static files collected,
# by root, because the application itself must not write there.
# on: app2
cd /opt/app/current || exit
sudo sh -c 'set -a; . /etc/app/environment; exec /opt/app/venv/bin/python manage.py collectstatic --noinput' >/dev/null
sudo systemctl restart app.service
#% endif
