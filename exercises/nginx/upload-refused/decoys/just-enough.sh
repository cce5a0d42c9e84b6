#!/bin/sh
# The number from the leaflet, everywhere. A file of 5 MB still does not fit: Nginx's limit is for
# the whole request, and the application's is meant in other megabytes.
# on: web1
sudo sed -i '/client_max_body_size/d' /etc/nginx/nginx.conf /etc/nginx/sites-available/app /etc/nginx/snippets/to-app.conf
echo 'client_max_body_size 5m;' | sudo tee /etc/nginx/conf.d/uploads.conf >/dev/null
sudo nginx -t
sudo systemctl reload nginx
#% if fault == "application"
# on: app1
sudo sed -i 's/^TICKET_ATTACHMENT_MAX_BYTES = .*/TICKET_ATTACHMENT_MAX_BYTES = 5_000_000/' /opt/app/current/subscribers/settings.py
sudo systemctl restart app.service
#% endif
