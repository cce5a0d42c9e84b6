#!/bin/sh
# Lets the databases change places: "it can do it after all". Nothing does it by itself.
# on: db1
sudo patroni-admin failover --candidate db2 --force || sudo patroni-admin failover --candidate db1 --force || true
