#!/bin/sh
# Keeps them out: a new file, and every file that was there stays as it was.
# on: web1
echo 'deny 192.0.2.0/24;' | sudo tee /etc/nginx/conf.d/keep-out.conf
sudo systemctl reload nginx.service
