#!/bin/sh
# The same as on db1, where db2 is the one that follows.
set -eu

fault='{{ fault }}'
[ "$fault" = tag ] || exit 0
[ "$(runuser -u postgres -- psql --no-psqlrc -qAtc 'SELECT pg_is_in_recovery()')" = t ] || exit 0
cat >>/etc/patroni/17-main.yml <<'YAML'

tags:
  # Has one of its two new disks. Must not lead until the other one is in (on Thursday).
  nofailover: true
YAML
systemctl reload patroni@17-main.service
