#!/bin/sh
# Has nobody hear of an alert that Prometheus raises and Alertmanager has.
set -eu

file=/etc/prometheus/alertmanager.yml
fault='{{ fault }}'
case "$fault" in
address)
    # Whoever is on duty, whatever their name.
    sed -i 's/^      - to: operator@/      - to: on-call@/' "$file"
    systemctl reload prometheus-alertmanager.service
    ;;
route)
    sed -i '/^  repeat_interval:/a\
  routes:\
    # What is critical goes to the pager. Two messages about one thing helped nobody.\
    - matchers: [severity = critical]\
      receiver: pager' "$file"
    cat >>"$file" <<'CONF'
  # Its address comes with the contract.
  - name: pager
CONF
    systemctl reload prometheus-alertmanager.service
    ;;
silence)
    amtool --alertmanager.url=http://mon1:9093 silence add --duration=8760h --author=joby \
        --comment='New racks, until we are done' 'severity=~"critical|warning"' >/dev/null
    ;;
esac
