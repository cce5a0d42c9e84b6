#!/bin/sh
# A new file for both sites, by Mozilla's intermediate profile: TLS 1.2 stays for older browsers.
# on: web1
names=$(sudo nginx -T 2>/dev/null | sed -n 's/^ *server_name \(.*localhost\);/\1/p' | tr ' ' '\n' | sort -u | tr '\n' ' ')
port=$(sudo nginx -T 2>/dev/null | grep -oE 'https://.host:[0-9]+' | head -n 1 | cut -d : -f 3)
sudo rm -f /etc/nginx/sites-enabled/* /etc/nginx/conf.d/*
sudo sed -i -E -e '/^ *ssl_(protocols|ciphers|prefer)/d' -e '/set-top boxes/d' -e 's/server_tokens .*/server_tokens off;/' /etc/nginx/nginx.conf
sudo tee /etc/nginx/conf.d/tls.conf >/dev/null <<'CONF'
ssl_protocols TLSv1.2 TLSv1.3;
ssl_ciphers ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305;
ssl_prefer_server_ciphers off;
CONF
sudo tee /etc/nginx/snippets/headers.conf >/dev/null <<'CONF'
add_header Strict-Transport-Security "max-age=31536000" always;
add_header X-Content-Type-Options nosniff always;
add_header X-Frame-Options SAMEORIGIN always;
add_header Referrer-Policy strict-origin-when-cross-origin always;
add_header Content-Security-Policy "default-src 'self'; style-src 'self' 'unsafe-inline'; object-src 'none'; frame-ancestors 'self'" always;
CONF
sudo tee /etc/nginx/sites-available/front >/dev/null <<CONF
upstream app {
    server app1:8000;
    keepalive 16;
}
upstream uploads {
    server app1:8001;
}
server {
    listen 80 default_server;
    location = /ping {
        allow 127.0.0.1;
        deny all;
        stub_status;
    }
    location / {
        return 444;
    }
}
server {
    listen 443 ssl default_server;
    ssl_reject_handshake on;
    return 421;
}
server {
    listen 80;
    server_name $names;
    return 308 https://\$host:$port\$request_uri;
}
server {
    listen 443 ssl;
    http2 on;
    server_name $names;
    ssl_certificate /etc/ssl/barelab/site.crt;
    ssl_certificate_key /etc/ssl/barelab/site.key;
    include snippets/headers.conf;
    location / {
        proxy_pass http://app;
        include snippets/to-app.conf;
    }
    location /static/ {
        alias /var/www/static/;
    }
    # The names carry a hash of the content. A regular expression wins over the folder above.
    location ~ "^/static/(?<file>.+\.[0-9a-f]{12}\.[a-z0-9]+)\$" {
        alias /var/www/static/\$file;
        include snippets/headers.conf;
        add_header Cache-Control "public, max-age=31536000, immutable";
    }
    location /media/ {
        proxy_pass http://uploads/;
        limit_except GET { deny all; }
        include snippets/headers.conf;
        add_header Content-Disposition attachment;
    }
    error_page 502 503 504 /unavailable.html;
    location = /unavailable.html {
        root /var/www/errors;
        internal;
    }
}
CONF
sudo ln -s ../sites-available/front /etc/nginx/sites-enabled/front
sudo nginx -t
sudo systemctl reload nginx
