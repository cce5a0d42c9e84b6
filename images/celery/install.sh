#!/bin/sh
# Celery, which came with the application's requirements, as services: workers, one beat that hands
# out what is to be done at a certain time, and one page that shows what they do.
set -eu

apt-get update
# Needed for the installation, and gone again below.
apt-get install -y --mark-auto python3-pip-whl
# Beside the application's own: a release of it need not know of this page.
PYTHONPATH=$(echo /usr/share/python-wheels/pip-*.whl) python3 -m pip install --require-hashes --no-deps --only-binary=:all: \
    --no-cache-dir --disable-pip-version-check --root-user-action=ignore --quiet \
    --target /opt/flower --requirement "$BUILD/flower.lock"
python3 -m compileall -q -j 0 /opt/flower

install -m 0644 "$BUILD"/files/etc/systemd/system/celery*.service /etc/systemd/system/
systemctl enable celery@1.service celery-beat.service celery-flower.service

apt-get autoremove -y --purge -o APT::AutoRemove::RecommendsImportant=false -o APT::AutoRemove::SuggestsImportant=false
apt-get clean
rm -rf /var/lib/apt/lists/* /var/cache/debconf/*-old /var/log/apt /var/log/*.log
