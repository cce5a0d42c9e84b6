#!/bin/sh
# Lets the port of app2 lead to a notice; or deploys a release here without its static files.
set -eu

fault='{{ fault }}'
case "$fault" in
standin)
    install -d /opt/notice /etc/systemd/system/app.socket.d
    cat >/opt/notice/notice.py <<'PROGRAM'
"""Says that we are at work, whatever somebody asks for. Has its port from systemd."""

import http.server
import socket

PAGE = b"""<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>We are at work for you</title></head>
<body style="font: 1rem/1.6 system-ui, sans-serif; display: grid; place-items: center; min-height: 90vh; color: #16323a; background: #f4f7f8">
<main><h1>We are at work for you</h1><p>Sorry. All our pages are back at six in the morning.</p></main></body>
</html>
"""


class Notice(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60

    def do_GET(self):
        # What was sent must be read, or the next request on this connection begins with it.
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(PAGE)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(PAGE)

    do_HEAD = do_POST = do_GET

    def log_message(self, *words):
        pass


server = http.server.ThreadingHTTPServer(("", 0), Notice, bind_and_activate=False)
server.socket = socket.socket(fileno=3)
server.serve_forever()
PROGRAM
    cat >/etc/systemd/system/app-notice.service <<'UNIT'
[Unit]
Description=Notice for visitors while we are at work
Requires=app.socket
After=app.socket

[Service]
User=www-data
ExecStart=/usr/bin/python3 -I /opt/notice/notice.py
Restart=always
RestartSec=1s
UNIT
    cat >/etc/systemd/system/app.socket.d/work.conf <<'CONF'
[Socket]
# Tonight only.
Service=app-notice.service
CONF
    systemctl daemon-reload
    systemctl stop app.service app.socket
    systemctl start app.socket app.service
    ;;
manifest)
    new=$(mktemp -d /opt/app/releases/.incoming.XXXXXX)
    cp -a /opt/app/current/. "$new"
    cd "$new"
    echo 1.0.1 >VERSION
    chmod 0755 .
    rm -r staticfiles
    release=$(find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c 1-12)
    before=$(readlink /opt/app/current)
    mv "$new" "/opt/app/releases/$release"
    ln -sfn "releases/$release" /opt/app/current
    echo "$(date '+%F %T') released 1.0.1 (code): $before -> releases/$release" >>/var/log/deploy.log
    systemctl restart app.service
    ;;
esac
