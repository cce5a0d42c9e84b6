#!/bin/sh
# Puts back the limit that was there.
#% if fault == "main"
# Nginx logs 413 without an upstream, and `nginx -T` has no client_max_body_size: its default is 1 MB.
# on: web1
sudo sed -i '/^ *reset_timedout_connection/a\    # Attachments may have 5 MB; the rest is for the form around them.\n    client_max_body_size 6m;' /etc/nginx/nginx.conf
sudo nginx -t
sudo systemctl reload nginx
#% elif fault == "server"
# Nginx logs 413 without an upstream, and `nginx -T` has two limits: 6m in http, 1m in the server.
# on: web1
sudo sed -i '/^ *client_max_body_size 1m;/d' /etc/nginx/sites-available/app
sudo nginx -t
sudo systemctl reload nginx
#% elif fault == "snippet"
# Nginx logs 413 without an upstream, and `nginx -T` has a second limit in snippets/to-app.conf.
# on: web1
sudo sed -i '/^# No form of ours/d; /^client_max_body_size/d' /etc/nginx/snippets/to-app.conf
sudo nginx -t
sudo systemctl reload nginx
#% else
# Nginx logs 200 with an upstream, and the page is the form again, which says that the file is too
# large. The limit is a setting of the application.
# on: app1
sudo sed -i 's/^TICKET_ATTACHMENT_MAX_BYTES = .*/TICKET_ATTACHMENT_MAX_BYTES = 5 * 1024 * 1024/' /opt/app/current/subscribers/settings.py
sudo systemctl restart app.service
#% endif
