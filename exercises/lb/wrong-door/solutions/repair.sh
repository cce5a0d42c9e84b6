#!/bin/sh
# Takes back what was added.
# on: lb1
#% if fault == "name"
sudo rm /etc/nginx/conf.d/portal-test.conf
#% elif fault == "host"
sudo sed -i -e '/^# Robots that ask/d' -e 's/^proxy_set_header Host .*/proxy_set_header Host $http_host;/' /etc/nginx/snippets/to-app.conf
#% else
sudo rm /etc/nginx/conf.d/pages-kept.conf
#% endif
sudo nginx -t
sudo systemctl reload nginx
