#!/bin/sh
# Made by `barelab render realworld --to compose`: change labs/ or images/ and run it again.
#
# The first process of a node: puts the lab's files and the node's secrets where they belong,
# at its first start, and becomes systemd.
set -eu
net=$1 https=$2

if [ ! -e /var/lib/node-is-made ]; then
    cd /node/lab/files
    tar -cf - --owner=0 --group=0 --mode=u=rwX,go=rX . | tar -C / --no-overwrite-dir -xf -
    if [ "$net $https" != "10.88 8443" ]; then
        find . -type f | sed 's/^\.//' | xargs sed -i "s/\<10\.88\./$net./g; s/\<8443\>/$https/g"
    fi
    while read -r owner group mode source path; do
        install -D -o "$owner" -g "$group" -m "$mode" "/seat/$source" "$path"
    done </node/lab/secrets
    for key in /seat/ssh/host-*.pub; do
        node=${key##*/host-}
        sed -i "s|@host-${node%.pub}@|$(cat "$key")|" /etc/ssh/ssh_known_hosts
    done
    touch /var/lib/node-is-made
    cd /
fi

# From here on the node knows its own secrets only.
umount -l /node/start.sh /node/lab /seat || echo "the secrets of all nodes stay visible below /seat"
rm -f /node/start.sh 2>/dev/null || true
rmdir /node/lab /node /seat 2>/dev/null || true

# The engine mounts the node's own cgroups read-only; systemd needs them writable. The capability
# that allows it is then dropped for good, for this process and all below it.
for folder in /sys/fs/cgroup /sys/fs/cgroup/systemd; do
    mount -o remount,bind,rw $folder 2>/dev/null || true
done
exec setpriv --bounding-set -sys_admin /sbin/init
