#!/bin/sh
# A folder for each renewal and a link to the one that counts, so that the two cannot part again.
# on: web1
sudo mkdir -m 0755 /etc/nginx/tls
sudo cp -r /var/backups/certificates/2026 /etc/nginx/tls/2026
sudo ln -s 2026 /etc/nginx/tls/current
sudo sed -i 's|/etc/ssl/barelab/site\.|/etc/nginx/tls/current/site.|' /etc/nginx/sites-available/app
sudo nginx -t
sudo systemctl restart nginx
