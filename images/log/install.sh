#!/bin/sh
# The log server: Debian's rsyslog, which every node has, as the receiver; and lnav to read.
set -eu

apt-get update
apt-get install -y lnav

# Files and folders in it get its group: operators read all of it, and nobody else.
install -d -m 2750 -o syslog -g adm /var/log/nodes
install -m 0644 "$BUILD"/files/etc/systemd/system/node-logs-cap.* /etc/systemd/system/
systemctl enable node-logs-cap.timer

apt-get clean
rm -rf /var/lib/apt/lists/* /var/cache/debconf/*-old /var/log/apt /var/log/*.log
