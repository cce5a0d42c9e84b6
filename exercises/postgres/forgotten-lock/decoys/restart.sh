#!/bin/sh
# Everything anew, the database included.
# on: db1
sudo systemctl restart postgresql@17-main
# on: app1
sudo systemctl restart app.service
