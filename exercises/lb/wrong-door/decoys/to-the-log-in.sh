#!/bin/sh
# Who opens the console is sent to its log-in, as it used to be.
# on: lb1
for file in /etc/nginx/sites-available/app /etc/nginx/conf.d/portal-test.conf; do
    [ ! -e "$file" ] || sudo sed -i 's|^    server_name .*console\..*|&\n    if ($host ~ ^console) { rewrite ^/$ /login/ redirect; }|' "$file"
done
sudo nginx -t
sudo systemctl reload nginx
