#!/bin/sh
# Leaves an export behind that locks the payments and then waits for a reader who never comes.
set -eu

fault='{{ fault }}'
[ "$fault" = export ] || exit 0

install -d /opt/ledger /srv/ledger
cat >/opt/ledger/export.py <<'PROGRAM'
"""Writes all payments into a pipe for the accountants."""

import os
import socket
import time

import psycopg

PIPE = "/srv/ledger/payments.csv"


def connect():
    while True:
        try:
            return psycopg.connect(
                host=os.environ["DATABASE_HOST"],
                dbname=os.environ["DATABASE_NAME"],
                user=os.environ["DATABASE_USER"],
                password=open(os.environ["DATABASE_PASSWORD_FILE"]).read().strip(),
                application_name="ledger",
                connect_timeout=2,
            )
        except psycopg.OperationalError:
            time.sleep(0.2)


def ready():
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
        told.connect(os.environ["NOTIFY_SOCKET"].replace("@", "\0", 1))
        told.send(b"READY=1")


while True:
    with connect() as connection:
        # Nothing may change while it is being written.
        connection.execute("LOCK TABLE billing_payment IN SHARE MODE")
        ready()
        with open(PIPE, "wb") as pipe:
            with connection.cursor().copy("COPY billing_payment TO STDOUT CSV HEADER") as rows:
                for row in rows:
                    pipe.write(row)
PROGRAM
mkfifo /srv/ledger/payments.csv
chown app-deploy: /srv/ledger/payments.csv
cat >/etc/systemd/system/ledger-export.service <<'UNIT'
[Unit]
Description=Payments for the accountants
After=network.target

[Service]
Type=notify
User=app-deploy
EnvironmentFile=/etc/app/environment
EnvironmentFile=/etc/app/environment-migrate
ExecStart=/opt/app/venv/bin/python /opt/ledger/export.py
TimeoutStartSec=15s
Restart=always
RestartSec=1s

[Install]
WantedBy=multi-user.target
UNIT
systemctl daemon-reload
systemctl enable --quiet --now ledger-export.service
