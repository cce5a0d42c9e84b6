#!/bin/sh
# No encryption, no certificate, no message from browsers.
# on: web1
sudo sed -i 's/listen 443 ssl;/listen 443;/; /^ *http2 on;/d; /^ *ssl_certificate/d; /ssl default_server/s/ ssl//; /ssl_reject_handshake/d' /etc/nginx/sites-available/app
sudo sed -i 's|^\( *\)return 301 https:.*|\1location / { proxy_pass http://app; include snippets/to-app.conf; }|' /etc/nginx/sites-available/app
sudo nginx -t
sudo systemctl restart nginx
