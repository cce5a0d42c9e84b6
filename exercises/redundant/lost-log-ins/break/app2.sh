#!/bin/sh
# Deploys the same release, and sets it as app1 does not.
set -eu

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
key)
    # Made here and meant for both: the key of the year.
    openssl rand -base64 48 >/etc/app/secrets/secret-key-2027
    chown root:app /etc/app/secrets/secret-key-2027
    chmod 0640 /etc/app/secrets/secret-key-2027
    sed -i 's|^SECRET_KEY_FILE=.*|SECRET_KEY_FILE="/etc/app/secrets/secret-key-2027"|' /etc/app/environment
    ;;
disk)
    install -d -o app -g app -m 0700 /var/lib/app/sessions
    cat >>/etc/app/environment <<'CONF'
# Saves the database two questions for each page.
SESSION_STORE="file"
SESSION_FILE_PATH="/var/lib/app/sessions"
CONF
    ;;
esac
systemctl restart app.service
