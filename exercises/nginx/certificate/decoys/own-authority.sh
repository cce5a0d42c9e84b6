#!/bin/sh
# A certificate for the right names, made on the spot, and this node told to trust it. Nobody else
# does.
# on: web1
sudo openssl req -x509 -nodes -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -days 365 -quiet \
    -subj /CN=portal.simple.localhost \
    -addext subjectAltName=DNS:portal.simple.localhost,DNS:console.simple.localhost \
    -keyout /etc/ssl/barelab/site.key -out /etc/ssl/barelab/site.crt
sudo sh -c 'cat /etc/ssl/barelab/site.crt >>/etc/ssl/certs/ca-certificates.crt'
sudo systemctl restart nginx
curl -fsS -o /dev/null --resolve portal.simple.localhost:443:127.0.0.1 https://portal.simple.localhost/
