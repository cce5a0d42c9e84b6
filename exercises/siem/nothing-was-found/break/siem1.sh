#!/bin/sh
# Has attacks on the site be no events, or only the first of them.
set -eu

fault='{{ fault }}'
case "$fault" in
pipeline)
    # The web servers were to have an identifier of their own one day.
    sed -i 's/^    conditions: {unit: nginx.service, /    conditions: {identifier: nginx-access, /' /etc/sigma/pipeline.yml
    siem-convert >/dev/null
    ;;
peer)
    # The log server will have a certificate of that name.
    sed -i 's/^    tls.permittedPeer=.*/    tls.permittedPeer=["logs.production.localhost"]/' /etc/siem/intake.conf
    systemctl restart siem-intake.service
    ;;
realert)
    sed -i 's/^realert: .*/realert: {days: 30}/' /etc/elastalert/event.yaml
    systemctl restart elastalert.service
    # Somebody tries it, and is content.
    url=https://portal.production.localhost
    until siem-events --rule web-scan | grep -q . && siem-events --rule web-injection | grep -q .; do
        for path in /.env '/search/?q=1%27+or+1=1'; do
            runuser -u ops -- ssh -n -o BatchMode=yes lb1 "curl -sk --resolve portal.production.localhost:443:127.0.0.1 -o /dev/null '$url$path'"
        done
        sleep 5
    done
    ;;
esac
