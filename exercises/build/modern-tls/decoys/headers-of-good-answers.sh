#!/bin/sh
# All is right, but the headers come with good answers alone: Nginx adds them to errors only where
# the line says `always`.
# on: web1
names=$(sudo nginx -T 2>/dev/null | sed -n 's/^ *server_name \(.*localhost\);/\1/p' | tr ' ' '\n' | sort -u | tr '\n' ' ')
port=$(sudo nginx -T 2>/dev/null | grep -oE 'https://.host:[0-9]+' | head -n 1 | cut -d : -f 3)
sudo rm -f /etc/nginx/sites-enabled/* /etc/nginx/conf.d/*
sudo sed -i -E -e '/^ *ssl_(protocols|ciphers|prefer)/d' -e 's/^ *ssl_session_tickets/    ssl_protocols TLSv1.3;\n&/' -e 's/server_tokens .*/server_tokens off;/' /etc/nginx/nginx.conf
sudo tee /etc/nginx/snippets/security-headers.conf >/dev/null <<'CONF'
add_header Strict-Transport-Security "max-age=31536000";
add_header X-Content-Type-Options nosniff;
add_header X-Frame-Options DENY;
add_header Referrer-Policy same-origin;
add_header Content-Security-Policy "default-src 'self'; style-src 'self' 'unsafe-inline'";
CONF
sudo tee /etc/nginx/sites-available/front >/dev/null <<CONF
upstream app {
    server app1:8000;
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
}
server {
    listen 80;
    server_name $names;
    return 301 https://\$host:$port\$request_uri;
}
server {
    listen 443 ssl;
    http2 on;
    server_name $names;
    ssl_certificate /etc/ssl/barelab/site.crt;
    ssl_certificate_key /etc/ssl/barelab/site.key;
    include snippets/security-headers.conf;
    location / {
        proxy_pass http://app;
        include snippets/to-app.conf;
    }
    location /static/ {
        alias /var/www/static/;
        include snippets/security-headers.conf;
        add_header Cache-Control "public, max-age=31536000, immutable";
    }
    location /media/ {
        proxy_pass http://app1:8001/;
    }
}
CONF
sudo ln -s ../sites-available/front /etc/nginx/sites-enabled/front
sudo nginx -t
sudo systemctl reload nginx
