#!/bin/sh
# TLS 1.3 alone, decided once and for all servers; everything else put right where it stands.
# on: web1
site=/etc/nginx/sites-available/app
#% if place == "main"
# nginx -T | grep ssl_protocols: one place. `listen` of the default server counts, so it belongs here.
sudo sed -i -e '/set-top boxes/d' -e '/^ *ssl_ciphers/d' -e '/^ *ssl_prefer/d' \
    -e 's/^ *ssl_protocols.*/    ssl_protocols TLSv1.3;/' /etc/nginx/nginx.conf
sudo sed -i 's/^\(add_header .*\);$/\1 always;/' /etc/nginx/snippets/security-headers.conf
sudo sed -i -e '/^ *# The boxes do not follow it/{
    s/# The boxes do not follow it: //
    n
    d
}' "$site"
#% elif place == "conf.d"
# nginx -T names the file: the old lines hide in conf.d/buffers.conf.
sudo sed -i -e '/set-top boxes/d' -e '/^ssl_/d' /etc/nginx/conf.d/buffers.conf
sudo sed -i 's/^\( *\)ssl_session_cache/\1ssl_protocols TLSv1.3;\n&/' /etc/nginx/nginx.conf
# A location that adds a header of its own gets none from its server: include them there again.
sudo sed -i 's/^\( \{8,\}\)add_header Cache-Control/\1include snippets\/security-headers.conf;\n&/' "$site"
sudo sed -i 's/^ \{8\}expires 5m;/        include snippets\/security-headers.conf;\n&/' "$site"
sudo sed -i -e 's/^\( *\)location = \/ { \(return 301 https[^;]*\)\/; }/\1\2$request_uri;/' \
    -e '/^ *location \/ { proxy_pass/d' "$site"
#% else
# nginx.conf says TLS 1.3, and every server block something else.
sudo sed -i -e '/^ssl_protocols/d' -e '/^ssl_ciphers/d' -e '/^ssl_prefer/d' -e '/set-top boxes/d' \
    "$site" /etc/nginx/sites-available/console
sudo sed -i 's/^ *ssl_certificate_key .*/&\n    include snippets\/security-headers.conf;/' /etc/nginx/sites-available/console
sudo sed -i 's/^\( \{8,\}\)add_header Cache-Control/\1include snippets\/security-headers.conf;\n&/' /etc/nginx/sites-available/console
sudo sed -i 's/return 302 https/return 301 https/' "$site"
# The portal's redirect does for the console too.
redirect=$(sed -n 's/^ *\(return 301 https.*\)/\1/p' "$site")
sudo sed -i "s|^ *location / { proxy_pass http://app; include.*|    $redirect|" /etc/nginx/sites-available/console
#% endif
sudo sed -i 's/^ *listen 443 ssl.*/&\n    http2 on;/' "$site"
#% if place == "servers"
sudo sed -i 's/^ *listen 443 ssl.*/&\n    http2 on;/' /etc/nginx/sites-available/console
#% endif
sudo sed -i 's/server_tokens on;/server_tokens off;/' /etc/nginx/nginx.conf
sudo nginx -t
sudo systemctl reload nginx
