#!/bin/sh
# Deploys a release that leaves it to the driver to find a database to read from, and sets how.
set -eu

# A new node may still be at its first log-ins, at its leisure, which need a release that stays.
made=/var/lib/app/accounts-made
if ! [ -e "$made" ]; then
    systemctl stop app-accounts.service
    app-manage ensure_accounts >/dev/null
    touch "$made"
fi

new=$(mktemp -d /opt/app/releases/.incoming.XXXXXX)
cp -a /opt/app/current/. "$new"
cd "$new"
echo 1.1.0 >VERSION
sed -i -e 's/"connect_timeout": 2,/"connect_timeout": int(env.text("DATABASE_CONNECT_TIMEOUT", "2")),/' \
    -e 's/"target_session_attrs": "prefer-standby"}/"target_session_attrs": env.text("DATABASE_REPLICA_SESSION_ATTRS", "prefer-standby")}/' \
    subscribers/settings.py
sed -i -e '/^        if not usable():$/,+1d' -e '/^def usable() -> bool:$/,$d' -e '/^# So long nobody else/,+1d' \
    -e '/^_away_until = /d' subscribers/replica.py
chmod -R u=rwX,go=rX .
release=$(find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c 1-12)
before=$(readlink /opt/app/current)
mv "$new" "/opt/app/releases/$release"
ln -sfn "releases/$release" /opt/app/current
echo "$(date '+%F %T') released 1.1.0: $before -> releases/$release" >>/var/log/deploy.log

fault='{{ fault }}'
case "$fault" in
patient)
    cat >>/etc/app/environment <<'CONF'
# 2 s were too few during the backup, and it logged errors.
DATABASE_CONNECT_TIMEOUT="0"
CONF
    ;;
strict)
    cat >>/etc/app/environment <<'CONF'
# db1 is for those who write.
DATABASE_REPLICA_SESSION_ATTRS="standby"
CONF
    ;;
esac
systemctl restart app.service
