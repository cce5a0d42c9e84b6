#!/bin/sh
# As good, by other means.
# on: cdn1
site=/etc/nginx/sites-available/assets
#% if fault == "hash"
# The map stays, and makes no difference any more.
sudo sed -i 's/\$begin\$end;/$uri;/' "$site"
#% elif fault == "missing"
# Nothing is remembered of what is not there.
sudo sed -i '/proxy_cache_valid 404 30d;/d' "$site"
#% else
# Shorter than before, both.
sudo sed -i -e 's/^    default "public, .*/    default "public, max-age=60";/' "$site"
sudo sed -i '0,/proxy_cache_valid 200 30d;/s//proxy_cache_valid 200 1m;/' "$site"
#% endif
sudo nginx -t
sudo systemctl reload nginx
sudo purge --all
