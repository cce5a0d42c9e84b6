#!/bin/sh
# Every service is stopped in the middle of whatever it does: it neither answers nor ends.
# on: app1
pkill -STOP gunicorn || true
# on: db1
pkill -STOP postgres || true
