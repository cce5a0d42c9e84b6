#!/bin/sh
# break/NODE.sh runs as root in the node NODE, after the lab came up clean.
set -eu

how='{{ how }}'
systemctl stop nginx.service
[ "$how" = stop ] || systemctl disable --quiet nginx.service
