#!/bin/sh
# A generous limit, and only for the one form that has a file in it.
#% if fault == "application"
# A release of its own, so that the one before stays as it was: copy, correct, switch, restart.
# on: app1
new=/opt/app/releases/five-megabytes
sudo cp -a "$(readlink -f /opt/app/current)" "$new"
sudo sed -i '/^TICKET_ATTACHMENT_MAX_BYTES/s/= .*/= 5_242_880/' "$new/subscribers/settings.py"
sudo ln -sfn releases/five-megabytes /opt/app/current
sudo systemctl restart app.service
#% else
# on: web1
sudo tee /etc/nginx/snippets/tickets.conf >/dev/null <<'CONF'
location = /tickets/new/ {
    proxy_pass http://app;
    include snippets/to-app-without-limit.conf;
    client_max_body_size 20m;
}
CONF
sudo sh -c 'grep -v client_max_body_size /etc/nginx/snippets/to-app.conf >/etc/nginx/snippets/to-app-without-limit.conf'
sudo sed -i '/^ *ssl_certificate_key/a\    include snippets/tickets.conf;' /etc/nginx/sites-available/app
sudo nginx -t
sudo systemctl reload nginx
#% endif
