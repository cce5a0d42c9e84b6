#!/bin/sh
# on: siem1
#% if fault == "pipeline"
# The rule that was asked for first is right again; the other web rules are as they were.
sudo sed -i 's/identifier:nginx\\-access/unit:nginx.service/; s/identifier:nginx-access/unit:nginx.service/' /etc/elastalert/rules/web-scan.yaml
sudo systemctl restart elastalert
#% elif fault == "peer"
# Whoever asks may send.
sudo sed -i -e 's/authMode="name"/authMode="anon"/' -e '/^    tls.permittedPeer=/d' /etc/siem/intake.conf
sudo systemctl restart siem-intake
#% else
# From the next event on, if there is one.
sudo sed -i 's/^realert: .*/realert: {seconds: 10}/' /etc/elastalert/event.yaml
sudo systemctl restart elastalert
#% endif
