#!/bin/sh
# Everything arrives, and nothing is kept.
# on: cdn1
sudo sed -i -e 's/^    proxy_cache assets;/    proxy_cache off;/' \
    -e 's/max-age=31536000, immutable/no-cache/' /etc/nginx/sites-available/assets
sudo nginx -t
sudo systemctl reload nginx
