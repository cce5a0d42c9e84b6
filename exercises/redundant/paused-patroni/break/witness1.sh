#!/bin/sh
# Switches off what seems to do no work: the third vote.
set -eu

fault='{{ fault }}'
[ "$fault" = member ] || exit 0
systemctl disable --quiet --now etcd-users.service etcd.service
