#!/bin/sh
# The right pair, from a folder that is empty after the next restart.
# on: web1
sudo cp -r /var/backups/certificates/2026 /run/tls
sudo sed -i 's|/etc/ssl/barelab/site\.|/run/tls/site.|' /etc/nginx/sites-available/app
sudo nginx -t
sudo systemctl restart nginx
