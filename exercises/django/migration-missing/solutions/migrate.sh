#!/bin/sh
# The code is right and the database is behind it. `sudo app-manage showmigrations support` has one
# without a cross; app-manage runs it as the role that owns the tables.
# on: app1
sudo app-manage migrate --noinput
sudo app-manage migrate --check
