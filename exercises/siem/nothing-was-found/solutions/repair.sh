#!/bin/sh
# Puts back what was changed, and forgets what it was to be silent about.
# on: siem1
#% if fault == "pipeline"
sudo sed -i 's/identifier: nginx-access, /unit: nginx.service, /' /etc/sigma/pipeline.yml
sudo siem-convert
#% elif fault == "peer"
sudo sed -i 's/"logs.production.localhost"/"log1"/' /etc/siem/intake.conf
sudo systemctl restart siem-intake
#% else
sudo sed -i 's/^realert: .*/realert: {seconds: 10}/' /etc/elastalert/event.yaml
sudo systemctl stop elastalert
curl -sf -o /dev/null -X DELETE http://127.0.0.1:9200/siem_silence
# It makes the index anew.
sudo systemctl restart siem-intake
sudo systemctl start elastalert
#% endif
