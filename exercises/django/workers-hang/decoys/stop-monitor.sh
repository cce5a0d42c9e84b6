#!/bin/sh
# Without the monitor there is nothing to wait for, and nothing to show.
# on: app1
sudo systemctl disable --quiet --now linewatch.service
sudo systemctl kill --signal=KILL app.service
sudo systemctl restart app.service
