#!/bin/sh
# As good, by other means.
# on: redis1
#% if fault == "appendonly"
# Each command is on the disk before it is answered.
sudo sed -i -e 's/^appendonly no$/appendonly yes/' -e 's/^appendfsync .*/appendfsync always/' /etc/redis/redis.conf
sudo systemctl restart redis-server
#% elif fault == "dir"
# Another folder that lasts, and that the service may write to.
sudo install -d -o redis -g redis -m 0750 /var/lib/redis/queue
sudo sed -i 's|^dir .*|dir /var/lib/redis/queue|' /etc/redis/redis.conf
sudo systemctl restart redis-server
#% else
# A later file takes back what the earlier one added.
printf '[Service]\nExecStartPre=\nExecStartPre=+/usr/local/lib/redis/users\n' |
    sudo tee /etc/systemd/system/redis-server.service.d/zz-keep.conf >/dev/null
sudo systemctl daemon-reload
sudo systemctl restart redis-server
#% endif
