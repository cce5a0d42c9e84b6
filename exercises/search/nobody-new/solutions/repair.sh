#!/bin/sh
# Sets the search server back to what it was, and has the index made anew where it was refused some.
#% if fault == "block"
# on: search1
sudo search-ask app/_settings -f -X PUT -d '{"index.blocks.write": null}'
# on: worker1
sudo app-manage rebuild_search
#% elif fault == "rule"
# on: search1
sudo sed -i 's/_(search|refresh)\$/_(search|bulk|refresh)$/' /etc/nginx/nginx.conf
sudo systemctl reload nginx.service
#% else
# on: db1
sudo systemctl disable --quiet --now search-maintenance.service
sudo rm /etc/systemd/system/search-maintenance.service
sudo systemctl daemon-reload
#% endif
