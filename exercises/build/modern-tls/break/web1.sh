#!/bin/sh
# Makes the front door one of ten years ago: old TLS, headers on some answers, no HTTP/2, and
# plain HTTP for who asks for it.
set -eu

place='{{ place }}'
site=/etc/nginx/sites-available/app
headers=/etc/nginx/snippets/security-headers.conf
main=/etc/nginx/nginx.conf
boxes='# For the set-top boxes of 2012, which know nothing newer. (ticket 4471)'
plain='location / { proxy_pass http://app; include snippets/to-app.conf; }'

old_tls() {
    cat <<LINES
$boxes
ssl_protocols {{ old }};
ssl_ciphers ALL:!aNULL:!eNULL:@SECLEVEL=0;
ssl_prefer_server_ciphers on;
LINES
}

sed -i '/^ *http2 on;/d' "$site"
sed -i 's/^\( *server_tokens\) off;/\1 on;/' "$main"
old_tls >/run/old-tls

case "$place" in
main)
    sed -i -e '/# TLS 1.3 only/d' -e '/^ *ssl_protocols/{
        r /run/old-tls
        d
    }' "$main"
    sed -i 's/ always;$/;/' "$headers"
    sed -i "s|^\( *\)\(return 301 https.*\)|\1# The boxes do not follow it: \2\n\1$plain|" "$site"
    ;;
conf.d)
    sed -i -e '/# TLS 1.3 only/d' -e '/^ *ssl_protocols/d' "$main"
    { old_tls; echo 'client_body_buffer_size 32k;'; } >/etc/nginx/conf.d/buffers.conf
    # Deeper than a server's own lines: those of the locations.
    sed -i '/^ \{8,\}include snippets\/security-headers.conf;/d' "$site"
    sed -i "s|^\( *\)\(return 301 https.*\)\$request_uri;|\1location = / { \2/; }\n\1$plain|" "$site"
    ;;
servers)
    sed -i -e '/^ *listen 443 ssl/r /run/old-tls' "$site"
    # The console gets a file of its own: the last server of the portal's, without its headers.
    console=$(sed -n 's/^ *server_name portal[^ ]* \(console[^;]*\);/\1/p' "$site" | head -n 1)
    awk '/^server \{/ { n++ } n == 4' "$site" |
        sed -e "s/^\( *server_name\) .*/\1 $console;/" -e '/security-headers.conf/d' \
            >/etc/nginx/sites-available/console
    printf '\nserver {\n    listen 80;\n    server_name %s;\n    %s\n}\n' "$console" "$plain" \
        >>/etc/nginx/sites-available/console
    sed -i -e "s/^\( *server_name portal[^ ]*\) console.*/\1;/" -e 's/^\( *return\) 301 https/\1 302 https/' "$site"
    ln -s ../sites-available/console /etc/nginx/sites-enabled/console
    ;;
esac
rm /run/old-tls
nginx -t -q
systemctl reload nginx
