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
# Everything is told, and what is silenced is taken out one by one.
sudo sed -i 's/^realert: .*/realert: {seconds: 0}/' /etc/elastalert/event.yaml
sudo systemctl stop elastalert
silenced=$(curl -sf 'http://127.0.0.1:9200/siem_silence/_search?size=1000' | grep -o '"_id":"[^"]*"' | cut -d '"' -f 4)
for id in $silenced; do
    curl -sf -o /dev/null -X DELETE "http://127.0.0.1:9200/siem_silence/_doc/$id"
done
sudo systemctl start elastalert
#% endif
