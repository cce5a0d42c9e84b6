#!/bin/sh
# Leaves a program behind that opens connections and never closes one.
set -eu

fault='{{ fault }}'
[ "$fault" = sessions ] || exit 0

install -d /opt/audit
cat >/opt/audit/collect.py <<'PROGRAM'
"""Collects figures for the audit. One connection a figure, to be on the safe side."""

import os
import time

import psycopg

password = open(os.environ["DATABASE_PASSWORD_FILE"]).read().strip()
kept = []
while True:
    try:
        kept.append(
            psycopg.connect(
                host=os.environ["DATABASE_HOST"],
                dbname=os.environ["DATABASE_NAME"],
                user=os.environ["DATABASE_USER"],
                password=password,
                application_name="audit",
                connect_timeout=2,
            )
        )
    except psycopg.OperationalError:
        time.sleep(0.2)
PROGRAM
cat >/etc/systemd/system/audit-collect.service <<'UNIT'
[Unit]
Description=Figures for the audit
Before=app.service

[Service]
User=app
EnvironmentFile=/etc/app/environment
ExecStart=/opt/app/venv/bin/python /opt/audit/collect.py
Restart=always
RestartSec=1s

[Install]
WantedBy=multi-user.target
UNIT
systemctl daemon-reload
systemctl stop app.service
systemctl enable --quiet --now audit-collect.service
# How long it takes to hold them all is a matter of the machine.
set -a
# shellcheck source=/dev/null
. /etc/app/environment
set +a
timeout 60 /opt/app/venv/bin/python - <<'FULL'
import os
import time

import psycopg

password = open(os.environ["DATABASE_PASSWORD_FILE"]).read().strip()
place = {"host": os.environ["DATABASE_HOST"], "dbname": os.environ["DATABASE_NAME"]}
who = {"user": os.environ["DATABASE_USER"], "password": password}
while True:
    try:
        psycopg.connect(**place, **who, connect_timeout=5).close()
    except psycopg.OperationalError as error:
        if "connection slots" in str(error) or "too many clients" in str(error):
            break
    time.sleep(0.2)
FULL
systemctl start app.service
