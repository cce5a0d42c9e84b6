#!/bin/sh
# Everything that has to do with it, once.
# on: redis1
sudo systemctl restart redis-server
# on: worker1
sudo systemctl restart celery@1.service celery-beat.service
# on: app1
sudo systemctl restart app.service
