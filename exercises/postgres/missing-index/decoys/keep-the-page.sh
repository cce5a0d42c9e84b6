#!/bin/sh
# Nginx keeps the list for an hour and gives it to everybody who asks.
# on: web1
sudo tee /etc/nginx/conf.d/keep.conf >/dev/null <<'CONF'
proxy_cache_path /var/lib/nginx/kept keys_zone=kept:1m;
CONF
sudo tee /etc/nginx/snippets/keep.conf >/dev/null <<'CONF'
location = /invoices/ {
    proxy_pass http://app;
    include snippets/to-app.conf;
    proxy_cache kept;
    proxy_cache_key $host$uri$arg_state$arg_page;
    proxy_cache_valid 200 1h;
    proxy_ignore_headers Cache-Control Expires Set-Cookie Vary;
}
CONF
sudo sed -i '0,/^    location \/ {/s||    include snippets/keep.conf;\n&|' /etc/nginx/sites-available/app
sudo nginx -t
sudo systemctl reload nginx
