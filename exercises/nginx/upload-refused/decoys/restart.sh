#!/bin/sh
# The first thing that everybody tries.
# on: app1
sudo systemctl restart app.service
# on: web1
sudo systemctl restart nginx
