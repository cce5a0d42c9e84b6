#!/bin/sh
# PostgreSQL's private key comes back as root's, or its data folder with the mode of any folder.
set -eu

tree='{{ tree }}'
case "$tree" in
key)
    chown root:root /etc/ssl/barelab/node.key
    chmod 0600 /etc/ssl/barelab/node.key
    ;;
data) chmod 0755 /var/lib/postgresql/17/main ;;
*) exit 0 ;;
esac
systemctl restart --no-block postgresql@17-main.service
