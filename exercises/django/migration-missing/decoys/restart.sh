#!/bin/sh
# The first thing that everybody tries.
# on: app1
sudo systemctl restart app.service
# on: db1
sudo systemctl restart postgresql@17-main
