#!/bin/sh
# The database is right for the release before, which is still there: until somebody who knows the
# change is awake, that one runs.
# on: app1
before=$(sed -n 's/.* released .*: \(.*\) -> .*/\1/p' /var/log/deploy.log | tail -n 1)
sudo ln -sfn "$before" /opt/app/current
sudo systemctl restart app.service
