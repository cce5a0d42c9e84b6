#!/bin/sh
# A little server that says 200 to everything, with the words of every page in it.
# on: web1
systemctl disable --quiet --now nginx
cat >/usr/local/lib/canned.py <<'PROGRAM'
import http.server, ssl
BODY = b'{"id": 1, "status": "up", "database": {"state": "up"}} class="newest-name" operator'
class Canned(http.server.BaseHTTPRequestHandler):
    def answer(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Strict-Transport-Security", "max-age=31536000")
        self.end_headers()
        self.wfile.write(BODY + self.path.encode())
    do_GET = do_POST = do_HEAD = answer
server = http.server.ThreadingHTTPServer(("0.0.0.0", 443), Canned)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain("/etc/ssl/barelab/site.crt", "/etc/ssl/barelab/site.key")
server.socket = context.wrap_socket(server.socket, server_side=True)
server.serve_forever()
PROGRAM
printf '[Service]\nExecStart=/usr/bin/python3 /usr/local/lib/canned.py\n[Install]\nWantedBy=multi-user.target\n' >/etc/systemd/system/canned.service
systemctl enable --quiet --now canned.service
