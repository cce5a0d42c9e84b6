#!/bin/sh
# Patroni on both nodes, once. It comes up as it went down.
# on: db1
sudo systemctl restart patroni@17-main
# on: db2
sudo systemctl restart patroni@17-main
