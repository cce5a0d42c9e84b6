#!/bin/sh
# Photos come through, and so does everything else: the limits are taken out.
# on: web1
sudo sed -i '/client_max_body_size/d' /etc/nginx/nginx.conf /etc/nginx/sites-available/app /etc/nginx/snippets/to-app.conf
echo 'client_max_body_size 0;' | sudo tee /etc/nginx/conf.d/uploads.conf >/dev/null
sudo nginx -t
sudo systemctl reload nginx
# on: app1
sudo sed -i 's/^TICKET_ATTACHMENT_MAX_BYTES = .*/TICKET_ATTACHMENT_MAX_BYTES = 10**12/' /opt/app/current/subscribers/settings.py
sudo systemctl restart app.service
