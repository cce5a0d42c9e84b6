#!/bin/sh
# As good, by other means.
#% if fault == "address"
# The new address comes into being, and is read by the operators.
# on: mail1
domain=$(sudo postconf -h mydomain)
echo "on-call@$domain operator@$domain" | sudo tee -a /etc/postfix/virtual >/dev/null
sudo systemctl restart postfix
#% elif fault == "route"
# on: mon1
# The route stays, for the day on which there is a pager; until then it leads to the operators.
sudo sed -i 's/^      receiver: pager/      receiver: operators/' /etc/prometheus/alertmanager.yml
sudo systemctl restart prometheus-alertmanager
#% else
# on: mon1
# Alertmanager forgets all silences.
sudo systemctl stop prometheus-alertmanager
sudo rm /var/lib/prometheus/alertmanager/silences
sudo systemctl start prometheus-alertmanager
#% endif
