#!/bin/sh
# Starts db1 as what it was, with the question before its start taken out, and the one after it.
# on: db1
sudo chown root:postgres /etc/ssl/barelab/node.key
sudo chmod 0640 /etc/ssl/barelab/node.key
sudo systemctl disable --quiet --now postgresql-fence.service
printf '[Service]\nExecStartPre=\n' | sudo tee /etc/systemd/system/postgresql@17-main.service.d/zz-start.conf >/dev/null
sudo systemctl daemon-reload
sudo systemctl start postgresql@17-main
