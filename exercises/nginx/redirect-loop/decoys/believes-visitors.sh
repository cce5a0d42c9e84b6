#!/bin/sh
# Works for everybody who says nothing about himself, and lets the others choose what is true.
# on: web1
sudo sed -i '/https-only.conf/d' /etc/nginx/sites-available/app
sudo tee /etc/nginx/conf.d/forwarded.conf >/dev/null <<'CONF'
map $http_x_forwarded_proto $forwarded_proto {
    default $http_x_forwarded_proto;
    "" $scheme;
}
CONF
sudo sed -i '/X-Forwarded-Proto/d' /etc/nginx/snippets/to-app.conf
# shellcheck disable=SC2016 # the variables are Nginx's
echo 'proxy_set_header X-Forwarded-Proto $forwarded_proto;' | sudo tee -a /etc/nginx/snippets/to-app.conf
sudo nginx -t
sudo systemctl reload nginx
# on: app1
grep -q '^TRUSTED_PROXY=' /etc/app/environment || echo 'TRUSTED_PROXY="1"' | sudo tee -a /etc/app/environment
sudo systemctl restart app.service
