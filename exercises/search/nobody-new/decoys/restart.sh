#!/bin/sh
# Everything that has to do with it, once.
# on: search1
sudo systemctl restart elasticsearch.service nginx.service
# on: redis1
sudo systemctl restart redis-server.service
# on: worker1
sudo systemctl restart celery@1.service celery-beat.service
# on: app1
sudo systemctl restart app.service
