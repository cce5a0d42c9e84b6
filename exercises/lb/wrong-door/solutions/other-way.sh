#!/bin/sh
# As good, by other means.
# on: lb1
#% if fault == "name"
# The test keeps its own name.
sudo sed -i 's/ console\.production\.localhost;/;/' /etc/nginx/conf.d/portal-test.conf
#% elif fault == "host"
# The name that was asked for, whatever its case, with the port that browsers outside use.
# shellcheck disable=SC2016
port=$(sed -n 's/.*return 301 https:\/\/$host\(:[0-9]*\)$request_uri;/\1/p' /etc/nginx/sites-available/app)
sudo sed -i "s/^proxy_set_header Host .*/proxy_set_header Host \$host$port;/" /etc/nginx/snippets/to-app.conf
#% else
# Each address of each site is kept by itself, and nothing of who is known: cookies and passwords.
sudo sed -i -e 's/^proxy_cache_key .*/proxy_cache_key $scheme$host$request_uri;/' \
    -e '/^# Without these/d' -e '/^proxy_ignore_headers/d' /etc/nginx/conf.d/pages-kept.conf
sudo tee -a /etc/nginx/conf.d/pages-kept.conf >/dev/null <<'CONF'
proxy_cache_bypass $http_cookie $http_authorization;
proxy_no_cache $http_cookie $http_authorization;
CONF
#% endif
sudo systemctl restart nginx
