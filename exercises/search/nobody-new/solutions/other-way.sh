#!/bin/sh
# As good, by other means.
#% if fault == "block"
# A new index knows nothing of the block of the old one, which goes.
# on: app1
sudo app-manage rebuild_search
#% elif fault == "rule"
# A line of its own for what writes.
# on: search1
sudo sed -i '/"~^app HEAD/i "~^app POST /app(-[0-9]+)?/_bulk$" 1;' /etc/nginx/nginx.conf
sudo systemctl restart nginx.service
#% else
# It may look after whatever it likes, without the lock.
# on: db1
sudo sed -i 's|^ExecStart=.*|ExecStart=/bin/sleep infinity|' /etc/systemd/system/search-maintenance.service
sudo systemctl daemon-reload
sudo systemctl restart search-maintenance.service
#% endif
