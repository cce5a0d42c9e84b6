#!/bin/sh
# As good, by other means.
# on: siem1
#% if fault == "pipeline"
# No other line has these fields.
sudo sed -i 's/{identifier: nginx-access, status: "\*"}/{host: "*", status: "*"}/' /etc/sigma/pipeline.yml
sudo siem-convert
#% elif fault == "peer"
# The name of today beside the one of tomorrow.
sudo sed -i 's/permittedPeer=\[/permittedPeer=["log1", /' /etc/siem/intake.conf
sudo systemctl restart siem-intake
#% else
# Everything is told, and what is silenced ends now.
sudo sed -i 's/^realert: .*/realert: {seconds: 0}/' /etc/elastalert/event.yaml
sudo systemctl stop elastalert
curl -sf -o /dev/null -X POST -H 'Content-Type: application/json' -d '{"script": "ctx._source.until = \"2026-01-01T00:00:00Z\""}' 'http://127.0.0.1:9200/siem_silence/_update_by_query?refresh=true'
sudo systemctl start elastalert
#% endif
