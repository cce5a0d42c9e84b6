#!/bin/sh
# As good as the first way, by other means.
#% if fault == "standin"
# The notice stays for the next time, on a port of its own that only this node sees.
# on: app2
printf '[Unit]\nDescription=Port of the notice\n[Socket]\nListenStream=127.0.0.1:8099\n' |
    sudo tee /etc/systemd/system/app-notice.socket >/dev/null
sudo sed -i 's/app\.socket/app-notice.socket/' /etc/systemd/system/app-notice.service
printf '[Socket]\nService=app.service\n' | sudo tee /etc/systemd/system/app.socket.d/work.conf >/dev/null
sudo systemctl daemon-reload
sudo systemctl stop app-notice.service app.service app.socket
sudo systemctl start app.service
#% elif fault == "rehearsal"
# Both servers are told the same, so the file of the good one will do.
# on: app1
# -n: what comes next in this script is not for ssh.
ssh -n app2 cat /etc/app/environment >/tmp/environment
sudo cp /tmp/environment /etc/app/environment
sudo systemctl restart app.service
#% else
# Back to the release before, on both: a release that is only half there is none.
# on: app1
before=$(sed -n 's/.* released .*: \(.*\) -> .*/\1/p' /var/log/deploy.log | tail -n 1)
sudo ln -sfn "$before" /opt/app/current
sudo systemctl restart app.service
# on: app2
before=$(sed -n 's/.* released .*: \(.*\) -> .*/\1/p' /var/log/deploy.log | tail -n 1)
sudo ln -sfn "$before" /opt/app/current
sudo systemctl restart app.service
#% endif
