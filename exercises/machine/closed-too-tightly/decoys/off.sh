#!/bin/sh
# The site works, and everybody reads the old statistics.
# on: app1
sudo systemctl disable --now nftables
