#!/bin/sh
# Waits until one leads and the other one follows in step; then lets nobody take over any more.
set -eu

whole() {
    list=$(patroni-admin list --format json 2>/dev/null) || return 1
    case "$list" in *'"Sync Standby"'*) ;; *) return 1 ;; esac
    case "$list" in *'"Leader"'*) ;; *) return 1 ;; esac
}

for _ in $(seq 40); do
    whole && break
    sleep 1
done
whole

fault='{{ fault }}'
case "$fault" in
pause) patroni-admin pause --wait >/dev/null ;;
tag)
    # The same in db2.sh: it is for whichever follows at the moment.
    [ "$(runuser -u postgres -- psql --no-psqlrc -qAtc 'SELECT pg_is_in_recovery()')" = t ] || exit 0
    cat >>/etc/patroni/17-main.yml <<'YAML'

tags:
  # Has one of its two new disks. Must not lead until the other one is in (on Thursday).
  nofailover: true
YAML
    systemctl reload patroni@17-main.service
    ;;
esac
