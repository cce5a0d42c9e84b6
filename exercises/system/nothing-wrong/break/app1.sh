#!/bin/sh
# Sets the scene and breaks nothing: asks the site, as the programs of strangers do, for what it is
# right to refuse.
set -eu

trace='{{ trace }}'
[ "$trace" != report ] || exit 0

python3 -I - "$trace" <<'PROGRAM'
import socket
import ssl
import sys

ASKED = {
    "refused": ("old-token-test/1.0", ["/api/payments/before-the-change/"], True),
    "impatient": ("linkcheck/0.3", ["/"], False),
    "icons": (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X)",
        ["/apple-touch-icon-precomposed.png", "/apple-touch-icon.png", "/favicon.ico"],
        True,
    ),
}
with open("/etc/hosts") as hosts:
    portal = next(w for line in hosts for w in line.split() if w.startswith("portal."))
agent, paths, patient = ASKED[sys.argv[1]]
for number in range(24):
    path = paths[number % len(paths)]
    token = "Authorization: Bearer last-years-token\r\n" if path.startswith("/api/") else ""
    with socket.create_connection(("web1", 443), 10) as raw:
        with ssl.create_default_context().wrap_socket(raw, server_hostname=portal) as asking:
            asking.sendall(
                f"GET {path} HTTP/1.1\r\nHost: {portal}\r\nUser-Agent: {agent}\r\n{token}"
                "Connection: close\r\n\r\n".encode()
            )
            while patient and asking.recv(65536):
                pass
PROGRAM
