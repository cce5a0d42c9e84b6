#!/bin/sh
# Puts this year's pair back. It is the one that answers every question rightly.
#% if fault == "pair"
# Nginx's log says: key values mismatch. The certificate is in date, for the portal, and trusted; so
# the key is the wrong one, and the one of 2026 has the certificate's public key.
#% endif
# on: web1
cd / && sudo openssl verify -verify_hostname portal.simple.localhost /var/backups/certificates/2026/site.crt
sudo install -m 0644 /var/backups/certificates/2026/site.crt /etc/ssl/barelab/site.crt
sudo install -m 0600 /var/backups/certificates/2026/site.key /etc/ssl/barelab/site.key
sudo nginx -t
sudo systemctl reload-or-restart nginx
