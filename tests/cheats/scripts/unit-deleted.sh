#!/bin/sh
# What does not exist cannot be broken.
# on: app1
systemctl disable --quiet --now app.socket app.service
rm -rf /etc/systemd/system/app.service /etc/systemd/system/app.socket /etc/systemd/system/app.socket.d
systemctl daemon-reload
