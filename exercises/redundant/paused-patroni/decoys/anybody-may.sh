#!/bin/sh
# Asks for less: a standby that is not in step may lead, too, and the lock ends at the first doubt.
# on: db1
sudo patroni-admin edit-config --quiet --force --set synchronous_mode=false --set maximum_lag_on_failover=1073741824
