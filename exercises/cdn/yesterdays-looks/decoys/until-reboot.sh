#!/bin/sh
# Right for the server that runs. The file from which the next one starts was not touched.
# on: cdn1
sudo cp -r /etc/nginx /run/nginx-conf
sudo rm /run/nginx-conf/sites-enabled/assets
#% if fault == "hash"
# shellcheck disable=SC2016 # the variable is Nginx's
sed 's/proxy_cache_key .*/proxy_cache_key $uri;/' /etc/nginx/sites-available/assets |
#% elif fault == "missing"
sed 's/proxy_cache_valid 404 30d;/proxy_cache_valid 404 10s;/' /etc/nginx/sites-available/assets |
#% else
sed -e 's/^    default "public, .*/    default "public, max-age=300";/' -e '0,/proxy_cache_valid 200 30d;/s//proxy_cache_valid 200 5m;/' /etc/nginx/sites-available/assets |
#% endif
    sudo tee /run/nginx-conf/sites-enabled/assets >/dev/null
sudo sed -i 's|/etc/nginx/sites|/run/nginx-conf/sites|' /run/nginx-conf/nginx.conf
sudo mkdir -p /run/systemd/system/nginx.service.d
printf '[Service]\nExecStartPre=\nExecStart=\nExecStart=/usr/sbin/nginx -c /run/nginx-conf/nginx.conf -g "daemon on; master_process on;"\n' |
    sudo tee /run/systemd/system/nginx.service.d/now.conf >/dev/null
sudo systemctl daemon-reload
sudo systemctl restart nginx
sudo purge --all
