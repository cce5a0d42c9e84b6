#!/bin/sh
# The load balancer asks the good one instead, where it can tell; what says sorry stays as it is.
# on: lb1
#% if fault == "standin"
# It cannot tell by the status here, so the bad one is asked only when the good one is gone.
sudo sed -i 's/^\( *server {{ node }}:8000\).*/\1 backup;/' /etc/nginx/sites-available/app
#% else
sudo sed -i 's/^proxy_next_upstream .*/proxy_next_upstream error timeout http_500 http_503 non_idempotent;/' /etc/nginx/snippets/to-app.conf
sudo sed -i 's/max_fails=2 fail_timeout=5s;/max_fails=0;/' /etc/nginx/sites-available/app
#% endif
sudo nginx -t
sudo systemctl reload nginx
