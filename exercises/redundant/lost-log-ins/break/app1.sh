#!/bin/sh
# Deploys a release in which it can be set how log-ins are kept, and sets it as app2 does not.
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
sed -i '/^SESSION_COOKIE_AGE = /a\
SESSION_ENGINE = "django.contrib.sessions.backends." + env.text("SESSION_STORE", "db")\
SESSION_FILE_PATH = env.text("SESSION_FILE_PATH") or None\
SESSION_COOKIE_NAME = env.text("SESSION_COOKIE_NAME", "sessionid")' subscribers/settings.py
chmod -R u=rwX,go=rX .
release=$(find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c 1-12)
before=$(readlink /opt/app/current)
mv "$new" "/opt/app/releases/$release"
ln -sfn "releases/$release" /opt/app/current
echo "$(date '+%F %T') released 1.1.0: $before -> releases/$release" >>/var/log/deploy.log

fault='{{ fault }}'
case "$fault" in
disk)
    install -d -o app -g app -m 0700 /var/lib/app/sessions
    cat >>/etc/app/environment <<'CONF'
# Saves the database two questions for each page.
SESSION_STORE="file"
SESSION_FILE_PATH="/var/lib/app/sessions"
CONF
    ;;
cookie)
    cat >>/etc/app/environment <<'CONF'
# The auditor's list, no. 31. Browsers take a cookie with this beginning over HTTPS only.
SESSION_COOKIE_NAME="__Host-session"
CONF
    ;;
esac
systemctl restart app.service
