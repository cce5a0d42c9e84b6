#!/bin/sh
# What Python asks PostgreSQL with, without an application in between, and verifies mails with.
set -eu

apt-get update
apt-get install -y python3-psycopg python3-dkim python3-nacl

apt-get clean
rm -rf /var/lib/apt/lists/* /var/cache/debconf/*-old /var/log/apt /var/log/*.log
