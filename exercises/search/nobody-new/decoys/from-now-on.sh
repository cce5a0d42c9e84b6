#!/bin/sh
# Whoever comes next is found. Those of this morning are forgotten.
#% if fault == "block"
# on: search1
sudo search-ask app/_settings -f -X PUT -d '{"index.blocks.write": null}'
#% else
# on: db1
sudo -u postgres psql -q -c 'DELETE FROM search_change' app
#% if fault == "rule"
# on: search1
sudo sed -i 's/_(search|refresh)\$/_(search|bulk|refresh)$/' /etc/nginx/nginx.conf
sudo systemctl reload nginx.service
#% else
sudo systemctl disable --quiet --now search-maintenance.service
#% endif
#% endif
