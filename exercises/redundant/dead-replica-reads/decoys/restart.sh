#!/bin/sh
# Everything that has to do with it, once.
# on: db2
sudo systemctl restart postgresql@17-main
# on: app1
sudo systemctl restart app.service
# on: app2
sudo systemctl restart app.service
# on: lb1
sudo systemctl restart nginx
