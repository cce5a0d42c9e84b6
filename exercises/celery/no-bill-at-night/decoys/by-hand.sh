#!/bin/sh
# All have their invoice. Who joins tomorrow has none.
# on: worker1
sudo app-manage bill
sudo systemctl restart celery-beat.service celery@1.service
