#!/bin/sh
# Everything that has to do with it, once.
# on: {{ node }}
sudo systemctl stop app.service app.socket
sudo systemctl start app.socket app.service
# on: lb1
sudo systemctl restart nginx
