#!/bin/sh
# Everybody once, one after the other.
# on: db1
sudo systemctl restart postgresql@17-main
# on: db2
sudo systemctl restart postgresql@17-main
# on: db1
sudo systemctl restart masters-watch
