#!/bin/sh
# As good as the first way, by other means.
#% if fault == "deployment"
# Back to the release before, until somebody brings the new one's files first.
# on: app1
before=$(cd /opt/app/releases && find . -maxdepth 1 -mindepth 1 ! -name "$(basename "$(readlink /opt/app/current)")")
sudo ln -sfn "releases/${before#./}" /opt/app/current
sudo systemctl restart app.service
#% elif fault == "uncollected"
# A folder for each release, and Nginx is told which.
# on: app1
tar -C "$(readlink -f /opt/app/current/staticfiles)" -czf /tmp/static.tar.gz .
# on: web1
scp -q app1:/tmp/static.tar.gz /tmp/static.tar.gz
sudo mkdir -p /srv/static/now
sudo tar -C /srv/static/now --no-same-owner -xzf /tmp/static.tar.gz
sudo sed -i 's|alias /var/www/static/|alias /srv/static/now/|' /etc/nginx/sites-available/app
sudo systemctl restart nginx
#% else
# With the folder's name in both, one root serves all of it.
# on: web1
sudo sed -i 's#^\( *\)\(alias\|root\) /var/www/static.*#\1root /var/www;#' /etc/nginx/sites-available/app
sudo nginx -t
sudo systemctl restart nginx
#% endif
