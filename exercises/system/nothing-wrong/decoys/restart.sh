#!/bin/sh
# Restarts everything, as the manager wanted. Whoever was logged on to a page got an error for it.
# on: db1
sudo systemctl restart postgresql@17-main.service
# on: app1
sudo systemctl restart app.service
# on: web1
sudo systemctl restart nginx.service
