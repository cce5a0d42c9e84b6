#!/bin/sh
# As good as the first way, by other means.
#% if fault == "key"
# Forward: the key of the year for both. Everybody logs in once more.
# on: app1
ssh -n app2 sudo cat /etc/app/secrets/secret-key-2027 | sudo install -o root -g app -m 0640 /dev/stdin /etc/app/secrets/secret-key-2027
sudo sed -i 's|^SECRET_KEY_FILE=.*|SECRET_KEY_FILE="/etc/app/secrets/secret-key-2027"|' /etc/app/environment
sudo systemctl restart app.service
#% elif fault == "disk"
# Back to the release before, which knows one place for log-ins.
# on: app1
before=$(sed -n 's/.* released .*: \(.*\) -> .*/\1/p' /var/log/deploy.log | tail -n 1)
sudo ln -sfn "$before" /opt/app/current
sudo systemctl restart app.service
# on: app2
before=$(sed -n 's/.* released .*: \(.*\) -> .*/\1/p' /var/log/deploy.log | tail -n 1)
sudo ln -sfn "$before" /opt/app/current
sudo systemctl restart app.service
#% else
# Forward: the guarded name is a good idea, so the other server gets it as well.
# on: app2
echo 'SESSION_COOKIE_NAME="__Host-session"' | sudo tee -a /etc/app/environment >/dev/null
sudo systemctl restart app.service
#% endif
