#!/bin/sh
# A read replica of one of two masters, which it copies at its first start. It can be moved to the
# other one: sudo follow NODE.
set -eu

install -m 0644 "$BUILD/files/etc/systemd/system/follower-watch.service" /etc/systemd/system/
systemctl enable follower-watch.service
# Gone when this node has copied a master.
install -o postgres -g postgres /dev/null /var/lib/postgresql/17/fresh
