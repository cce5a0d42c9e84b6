#!/bin/sh
# The driver with which Python asks PostgreSQL without an application in between.
set -eu

apt-get update
apt-get install -y python3-psycopg

apt-get clean
rm -rf /var/lib/apt/lists/* /var/cache/debconf/*-old /var/log/apt /var/log/*.log
