#!/bin/sh
# Takes back what keeps it from the operators.
# on: mon1
#% if fault == "address"
sudo sed -i 's/- to: on-call@/- to: operator@/' /etc/prometheus/alertmanager.yml
sudo systemctl reload prometheus-alertmanager
#% elif fault == "route"
sudo sed -i -e '/^  routes:/,/^      receiver: pager/d' -e '/^  # Its address comes/,$d' /etc/prometheus/alertmanager.yml
amtool check-config /etc/prometheus/alertmanager.yml
sudo systemctl reload prometheus-alertmanager
#% else
# shellcheck disable=SC2046 # one word for each of them
amtool --alertmanager.url=http://mon1:9093 silence expire $(amtool --alertmanager.url=http://mon1:9093 silence query --quiet)
#% endif
