#!/bin/sh
# Back to the release before. `journalctl -u app` says that the new one does not start, and that is
# all one needs to know at that hour; /var/log/deploy.log says which one ran until then.
# on: app1
before=$(sed -n 's/.* released .*: \(.*\) -> .*/\1/p' /var/log/deploy.log | tail -n 1)
sudo ln -sfn "$before" /opt/app/current
sudo systemctl restart app.service
