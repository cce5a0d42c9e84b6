#!/bin/sh
# Takes out whatever redirects until the circle is gone.
#% if fault == "double"
# on: web1
sudo sed -i '/https-only.conf/d; s|^\( *\)return 301 https:.*|\1location / { proxy_pass http://app; include snippets/to-app.conf; }|' /etc/nginx/sites-available/app
sudo nginx -t
sudo systemctl reload nginx
#% else
# Pages come again. The application still thinks that they are not encrypted, and refuses forms.
# on: app1
sudo sed -i '/^SECURE_SSL_REDIRECT/d' /opt/app/current/subscribers/settings.py
sudo systemctl restart app.service
#% endif
