#!/bin/sh
# Sets back what was set differently, and forgets what was kept wrongly.
# on: cdn1
site=/etc/nginx/sites-available/assets
#% if fault == "hash"
sudo sed -i -e 's/proxy_cache_key .*/proxy_cache_key $uri;/' -e '/^# A file has one entry/,/^}/d' "$site"
#% elif fault == "missing"
sudo sed -i 's/proxy_cache_valid 404 30d;/proxy_cache_valid 404 10s;/' "$site"
#% else
sudo sed -i -e 's/^    default "public, .*/    default "public, max-age=300, stale-while-revalidate=86400";/' "$site"
# The first of them is for what has no hash.
sudo sed -i '0,/proxy_cache_valid 200 30d;/s//proxy_cache_valid 200 5m;/' "$site"
#% endif
sudo nginx -t
sudo systemctl reload nginx
sudo purge --all
