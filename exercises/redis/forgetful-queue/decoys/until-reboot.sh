#!/bin/sh
# Right for the server that runs, or as long as the node does.
# on: redis1
#% if fault == "appendonly"
sudo redis-ask CONFIG SET appendonly yes
#% elif fault == "dir"
printf '[Service]\nRuntimeDirectoryPreserve=yes\n' | sudo tee /etc/systemd/system/redis-server.service.d/keep.conf >/dev/null
sudo systemctl daemon-reload
sudo systemctl restart redis-server
#% else
sudo mkdir -p /run/systemd/system/redis-server.service.d
printf '[Service]\nExecStartPre=\nExecStartPre=+/usr/local/lib/redis/users\n' |
    sudo tee /run/systemd/system/redis-server.service.d/zz-keep.conf >/dev/null
sudo systemctl daemon-reload
sudo systemctl restart redis-server
#% endif
