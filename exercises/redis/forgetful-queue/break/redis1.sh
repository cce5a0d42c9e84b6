#!/bin/sh
# Has the queue forget what is in it whenever its server ends.
set -eu

fault='{{ fault }}'
case "$fault" in
appendonly)
    sed -i 's/^appendonly yes$/# It is a queue, not a database, and the disk is slow.\nappendonly no/' /etc/redis/redis.conf
    ;;
dir)
    sed -i 's|^dir .*|# Memory is faster than the disk.\ndir /run/redis|' /etc/redis/redis.conf
    ;;
drop-in)
    cat >/etc/systemd/system/redis-server.service.d/damaged.conf <<'CONF'
[Service]
# In May it did not start, because of a damaged file.
ExecStartPre=+/usr/bin/find /var/lib/redis -name '*.aof*' -delete
CONF
    systemctl daemon-reload
    ;;
esac
systemctl restart redis-server.service
