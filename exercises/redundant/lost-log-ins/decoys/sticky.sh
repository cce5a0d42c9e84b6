#!/bin/sh
# Every visitor stays at one server, which knows him. Nobody notices, until that one is off.
# on: lb1
sudo sed -i 's/^upstream app {/&\n    ip_hash;/' /etc/nginx/sites-available/app
sudo nginx -t
sudo systemctl reload nginx
