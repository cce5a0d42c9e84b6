#!/bin/sh
# Everything on the way, once, and nothing that was kept.
# on: lb1
sudo rm -rf /var/lib/nginx/pages
sudo systemctl restart nginx
# on: app1
sudo systemctl restart app.service
