#!/bin/sh
# As good, by other means.
#% if fault == "peer"
# The list of who may send is made from the one that says whose address is whose.
# on: log1
peers=$(sudo python3 -c 'import json; print(json.dumps([row["value"] for row in json.load(open("/etc/rsyslog-nodes.json"))["table"]]))')
sudo sed -i "/^ *tls.permittedPeer=\[\"[^\"]*\",/s/=.*/=$peers/" /etc/rsyslog.conf
sudo systemctl restart rsyslog
#% elif fault == "name"
# Both names: the plan may go on.
# on: worker1
sudo sed -i 's/"logs.production.localhost"/"log1", "logs.production.localhost"/' /etc/rsyslog.conf
sudo systemctl restart rsyslog
#% else
# The filter stays, for what is debugging only; and rsyslog goes on behind the journal's first line.
# on: worker1
# shellcheck disable=SC2016 # the variable is rsyslog's
sudo sed -i 's/^if $syslogseverity > 3 then/if $syslogseverity > 6 then/' /etc/rsyslog.conf
sudo systemctl stop rsyslog
journalctl --quiet --lines=+1 --output=cat --show-cursor | sed -n 's/^-- cursor: //p' |
    tr -d '\n' | sudo tee /var/lib/rsyslog/journal >/dev/null
sudo systemctl start rsyslog
#% endif
