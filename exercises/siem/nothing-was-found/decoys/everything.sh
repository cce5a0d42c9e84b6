#!/bin/sh
# Whatever a web server writes is an event.
#% if fault == "peer"
# on: siem1
sudo sed -i 's/"logs.production.localhost"/"log1"/' /etc/siem/intake.conf
sudo systemctl restart siem-intake
#% endif
# on: siem1
printf '%s\n' 'name: web-any' 'type: any' 'index: logs-*' 'filter: [{query_string: {query: "unit:nginx.service AND status:*"}}]' 'alert: [debug]' 'realert: {seconds: 0}' | sudo tee /etc/elastalert/rules/web-any.yaml >/dev/null
sudo systemctl restart elastalert
