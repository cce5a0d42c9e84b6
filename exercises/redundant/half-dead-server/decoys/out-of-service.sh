#!/bin/sh
# The bad one gets no more visitors. Nobody sees a bad page, and one server does it all.
# on: lb1
sudo sed -i 's/^\( *server {{ node }}:8000\).*/\1 down;/' /etc/nginx/sites-available/app
sudo nginx -t
sudo systemctl reload nginx
