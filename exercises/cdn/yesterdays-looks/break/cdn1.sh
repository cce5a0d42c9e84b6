#!/bin/sh
# Raises the hit rate of the asset delivery, by giving out what it should no longer.
set -eu

site=/etc/nginx/sites-available/assets
fault='{{ fault }}'
case "$fault" in
hash)
    # One entry for a file, whatever it is called this week.
    # shellcheck disable=SC2016 # the variables are Nginx's
    sed -i -e 's/^    proxy_cache_key \$uri;/    proxy_cache_key $name;/' \
        -e '/^# How long a file of this name is fresh/i\
# A file has one entry, and not a new one with each release.\
map $uri $name {\
    default $uri;\
    "~^(?<begin>.+)\\.[0-9a-f]{12}(?<end>\\.[a-z0-9]+)$" $begin$end;\
}\
' "$site"
    ;;
missing)
    # Crawlers ask for a lot that is not there.
    sed -i 's/proxy_cache_valid 404 10s;/proxy_cache_valid 404 30d;/' "$site"
    ;;
plain)
    # Pictures hardly ever change.
    sed -i -e 's/^    default "public, max-age=300, .*/    default "public, max-age=31536000, immutable";/' \
        -e 's/proxy_cache_valid 200 5m;/proxy_cache_valid 200 30d;/' "$site"
    ;;
esac
nginx -t 2>/dev/null
systemctl reload nginx.service
