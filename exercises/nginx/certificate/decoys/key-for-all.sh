#!/bin/sh
# The right pair, and every user of the node may read the key, lest permissions be the trouble.
# on: web1
sudo cp /var/backups/certificates/2026/site.crt /var/backups/certificates/2026/site.key /etc/ssl/barelab/
sudo chmod -R 777 /etc/ssl/barelab
sudo nginx -t
sudo systemctl restart nginx
