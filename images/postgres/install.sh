#!/bin/sh
# Debian's PostgreSQL 17 with the application's database in it: structure made, data seeded,
# statistics taken. A node starts with all of it and sets the passwords itself, at its first boot.
set -eu

apt-get update
cp -R "$BUILD/files/etc/postgresql-common" /etc/
# Without the just-in-time compiler: it helps long analytic queries, which this database does
# not have, and its libraries are three times as large as all the rest.
apt-get install -y -o Dpkg::Options::=--path-exclude=/usr/lib/postgresql/17/lib/bitcode/* \
    -o Dpkg::Options::=--path-exclude=/usr/lib/postgresql/17/lib/llvmjit* \
    -o Dpkg::Options::=--path-exclude=/usr/lib/*/libLLVM* \
    -o Dpkg::Options::=--path-exclude=/usr/lib/*/libz3* postgresql-17
# Needed to seed the database, and gone again below.
apt-get install -y --mark-auto python3-jinja2 python3-pip-whl python3-venv python3-yaml
python3 "$BUILD/images/base/build-app.py" install "$BUILD/app" /tmp/venv

pg_createcluster 17 main --locale C.UTF-8
# Nobody else is here, and after a crash the build begins anew: no passwords, no waiting for the disk.
echo 'local all all trust' >/tmp/hba.conf
pg_ctlcluster 17 main start -o '-c hba_file=/tmp/hba.conf -c listen_addresses= -c fsync=off -c wal_level=minimal' \
    -o '-c max_wal_senders=0 -c full_page_writes=off -c min_wal_size=32MB -c max_wal_size=32MB'
psql -q -U postgres -v ON_ERROR_STOP=1 -f "$BUILD/database.sql"
for command in migrate seed; do
    python3 "$BUILD/images/base/build-app.py" run "$BUILD/app" /tmp/venv "$command" \
        database.host=/var/run/postgresql database.name=app database.user=app_owner
done
# Rows marked as visible to all, so that no later reader has to write to their pages.
vacuumdb -q -U postgres --all --freeze --analyze
psql -q -U postgres -c CHECKPOINT
pg_ctlcluster 17 main stop
rm -rf /tmp/venv /tmp/hba.conf /var/log/postgresql/*

# Debian's self-made certificate; a node gets one from its own authority.
rm -f /etc/ssl/certs/ssl-cert-snakeoil.pem /etc/ssl/private/ssl-cert-snakeoil.key
install -d -m 0750 -o root -g postgres /etc/postgresql/secrets
install -m 0644 "$BUILD/files/etc/systemd/system/postgresql-passwords.service" /etc/systemd/system/
systemctl enable postgresql.service postgresql-passwords.service

apt-get autoremove -y --purge -o APT::AutoRemove::RecommendsImportant=false -o APT::AutoRemove::SuggestsImportant=false
apt-get clean
rm -rf /var/lib/apt/lists/* /var/cache/debconf/*-old /var/log/apt /var/log/*.log
