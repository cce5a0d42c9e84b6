#!/bin/sh
# Sets back what was set differently.
# on: redis1
#% if fault == "appendonly"
# Now, for what is in it, and for the next start.
sudo redis-ask CONFIG SET appendonly yes
sudo sed -i -e '/^# It is a queue, not/d' -e 's/^appendonly no$/appendonly yes/' /etc/redis/redis.conf
#% elif fault == "dir"
sudo sed -i -e '/^# Memory is faster/d' -e 's|^dir .*|dir /var/lib/redis|' /etc/redis/redis.conf
sudo systemctl restart redis-server
#% else
sudo rm /etc/systemd/system/redis-server.service.d/damaged.conf
sudo systemctl daemon-reload
#% endif
