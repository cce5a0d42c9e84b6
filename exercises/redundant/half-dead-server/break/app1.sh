#!/bin/sh
# Leaves app1 at the database of a rehearsal; or deploys a release here as it should be.
set -eu

# A new node may still be at its first log-ins, at its leisure, which need the database.
made=/var/lib/app/accounts-made
if ! [ -e "$made" ]; then
    systemctl stop app-accounts.service
    app-manage ensure_accounts >/dev/null
    touch "$made"
fi

fault='{{ fault }}'
case "$fault" in
rehearsal)
    sed -i 's/^DATABASE_NAME=.*/DATABASE_NAME="app_rehearsal"/' /etc/app/environment
    ;;
manifest)
    new=$(mktemp -d /opt/app/releases/.incoming.XXXXXX)
    cp -a /opt/app/current/. "$new"
    cd "$new"
    echo 1.0.1 >VERSION
    chmod 0755 .
    release=$(find . -path ./staticfiles -prune -o -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c 1-12)
    before=$(readlink /opt/app/current)
    mv "$new" "/opt/app/releases/$release"
    ln -sfn "releases/$release" /opt/app/current
    echo "$(date '+%F %T') released 1.0.1 (code, static files): $before -> releases/$release" >>/var/log/deploy.log
    ;;
*) exit 0 ;;
esac
systemctl restart app.service
