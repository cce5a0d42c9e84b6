#!/bin/sh
# The application's locked requirements in a virtual environment, and its code as the first
# release, for what runs it: Gunicorn, or Celery's workers. The requirements have no pip beside
# them: nothing is installed on a running node, a new set of them comes as a new image.
set -eu

apt-get update
# Needed for the installation, and gone again below.
apt-get install -y --mark-auto python3-jinja2 python3-pip-whl python3-venv python3-yaml

# `app` runs the application. `app-deploy` changes the database's structure and the first
# accounts; it can read the application's secrets, but not the other way round.
id app >/dev/null 2>&1 || useradd --system --home-dir /var/lib/app --shell /usr/sbin/nologin app
id app-deploy >/dev/null 2>&1 || useradd --system --home-dir /var/lib/app --shell /usr/sbin/nologin --groups app app-deploy
install -d -m 0755 /etc/app/secrets /opt/app/releases
install -d -m 0755 -o app -g app /var/lib/app /var/lib/app/media

# A release is a folder named after its content; `current` says which one runs.
release=$(cd "$BUILD/app" && find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c 1-12)
cp -R "$BUILD/app" "/opt/app/releases/$release"
ln -sfn "releases/$release" /opt/app/current
python3 "$BUILD/images/base/build-app.py" install /opt/app/current /opt/app/venv
# The application looks up the hashed names of its static files in this folder.
python3 "$BUILD/images/base/build-app.py" run /opt/app/current /opt/app/venv static static_root=/opt/app/current/staticfiles
chown -R root:root /opt/app
chmod -R u=rwX,go=rX /opt/app
# Compiled once here, not at the first request of each node.
/opt/app/venv/bin/python -m compileall -q -j 0 /opt/app

apt-get autoremove -y --purge -o APT::AutoRemove::RecommendsImportant=false -o APT::AutoRemove::SuggestsImportant=false
apt-get clean
rm -rf /var/lib/apt/lists/* /var/cache/debconf/*-old /var/log/apt /var/log/*.log
