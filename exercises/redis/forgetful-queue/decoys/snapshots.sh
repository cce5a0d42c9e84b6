#!/bin/sh
# As Redis does by default. An orderly stop writes one as well; a kill loses up to an hour.
# on: redis1
sudo sed -i -e 's/^save .*/save 3600 1 300 100 60 10000/' -e 's/^appendonly .*/appendonly no/' -e 's|^dir .*|dir /var/lib/redis|' /etc/redis/redis.conf
sudo systemctl restart redis-server
