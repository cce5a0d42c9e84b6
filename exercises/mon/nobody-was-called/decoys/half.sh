#!/bin/sh
# What is critical is mailed. Now it is the warnings that nobody hears of.
# on: mon1
#% if fault == "address"
sudo sed -i '/^  repeat_interval:/a\
  routes:\
    - matchers: [severity = critical]\
      receiver: duty' /etc/prometheus/alertmanager.yml
printf '  - name: duty\n    email_configs:\n      - to: operator@production.localhost\n' | sudo tee -a /etc/prometheus/alertmanager.yml >/dev/null
sudo systemctl reload prometheus-alertmanager
#% elif fault == "route"
sudo sed -i 's/^    - matchers: \[severity = critical\]/    - matchers: [severity = warning]/' /etc/prometheus/alertmanager.yml
sudo systemctl reload prometheus-alertmanager
#% else
url=http://mon1:9093
# shellcheck disable=SC2046 # one word for each of them
amtool --alertmanager.url="$url" silence expire $(amtool --alertmanager.url="$url" silence query --quiet)
amtool --alertmanager.url="$url" silence add --duration=8760h --author=ops --comment='Only what matters' severity=warning
#% endif
