#!/bin/sh
# The old release runs, by a setting of the service. `current` still means the broken one: the
# billing of the night does not start, and the next release will seem to change nothing.
# on: app1
before=$(sed -n 's/.* released .*: \(.*\) -> .*/\1/p' /var/log/deploy.log | tail -n 1)
sudo mkdir -p /etc/systemd/system/app.service.d
printf '[Service]\nWorkingDirectory=/opt/app/%s\nEnvironment=STATIC_ROOT=/opt/app/%s/staticfiles\n' "$before" "$before" |
    sudo tee /etc/systemd/system/app.service.d/release.conf >/dev/null
sudo systemctl daemon-reload
sudo systemctl restart app.service
