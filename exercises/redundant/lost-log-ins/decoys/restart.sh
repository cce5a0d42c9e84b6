#!/bin/sh
# Everything that has to do with it, once, and all log-ins are thrown away.
# on: db1
sudo -u postgres psql -q -c 'TRUNCATE django_session' app
# on: app1
sudo systemctl restart app.service
# on: app2
sudo systemctl restart app.service
# on: lb1
sudo systemctl restart nginx
