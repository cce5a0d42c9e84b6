#!/bin/sh
# With one server there is nobody to disagree with.
# on: lb1
sudo sed -i 's/^\( *server app2:8000\).*/\1 down;/' /etc/nginx/sites-available/app
sudo nginx -t
sudo systemctl reload nginx
