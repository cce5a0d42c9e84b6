#!/bin/sh
# The logs say what somebody would like to read.
# on: web1
for _ in 1 2 3; do
    logger -t nginx 'client=10.0.0.1 host=portal.simple.localhost request="GET / HTTP/1.1" status=200'
done
# on: app1
logger -t gunicorn 'INFO all is well'
logger -t systemd 'Started app.service - The application.'
# on: db1
logger -t postgres 'LOG: database system is ready to accept connections'
