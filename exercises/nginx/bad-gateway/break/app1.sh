#!/bin/sh
# Lets the application listen where Nginx cannot reach it, or switches it off for good.
set -eu

fault='{{ fault }}'
case "$fault" in
address)
    sed -i 's/^ListenStream=.*/ListenStream=127.0.0.1:8000/' /etc/systemd/system/app.socket.d/address.conf
    systemctl daemon-reload
    systemctl stop app.service app.socket
    systemctl start app.socket app.service
    ;;
disabled)
    systemctl disable --quiet --now app.socket app.service
    ;;
esac
