#!/bin/sh
# Deploys a release with other style sheets, and brings its files to nobody else.
set -eu

fault='{{ fault }}'
[ "$fault" = deployment ] || exit 0
before=$(readlink -f /opt/app/current)
release=$(basename "$before" | tr 0-9a-f 1-9a-f0)
cp -a "$before" "/opt/app/releases/$release"
for sheet in base portal console; do
    printf '\n/* A little more room between lines. */\nbody { line-height: 1.55; }\n' \
        >>"/opt/app/releases/$release/static/css/$sheet.css"
done
printf '\n.module caption { letter-spacing: 0.01em; }\n' >"/opt/app/releases/$release/extra.css"
# Django's own files get a change as well, as they do with every new Django.
mkdir -p "/opt/app/releases/$release/static/admin/css"
for sheet in base login; do
    cat /opt/app/venv/lib/python3*/site-packages/django/contrib/admin/static/admin/css/$sheet.css \
        "/opt/app/releases/$release/extra.css" >"/opt/app/releases/$release/static/admin/css/$sheet.css"
done
rm "/opt/app/releases/$release/extra.css"
rm -r "/opt/app/releases/$release/staticfiles"
ln -sfn "releases/$release" /opt/app/current
set -a
# shellcheck source=/dev/null
. /etc/app/environment
cd /opt/app/current
umask 022
/opt/app/venv/bin/python manage.py collectstatic --noinput --verbosity 0
systemctl restart app.service
