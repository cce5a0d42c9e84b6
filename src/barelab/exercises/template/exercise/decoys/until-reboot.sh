#!/bin/sh
# A decoy looks like a repair and is none. At least two, and the tempting one among them.
# This one lasts until the next reboot.
# on: web1
sudo systemctl disable --quiet nginx.service
sudo systemctl start nginx.service
