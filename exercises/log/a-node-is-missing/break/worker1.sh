#!/bin/sh
# Has the worker send nothing, or only errors, or leaves it as it is; and writes down a settlement.
set -eu

fault='{{ fault }}'
case "$fault" in
name)
    # The log server will have a certificate of that name.
    sed -i 's/tls.permittedPeer=\["log1"\]/tls.permittedPeer=["logs.production.localhost"]/' /etc/rsyslog.conf
    systemctl restart rsyslog.service
    ;;
filter)
    # shellcheck disable=SC2016 # the variable is rsyslog's
    sed -i '/^action(type="mmutf8fix")/i\
# The log server is for what went wrong; the rest was noise.\
if $syslogseverity > 3 then {\
    stop\
}\
' /etc/rsyslog.conf
    systemctl restart rsyslog.service
    ;;
*) ;;
esac
# The settlement of the night, of which the auditor will ask.
run=$(openssl rand -hex 8)
seq -f "settlement $run: batch %g of 400 closed" 1 400 | systemd-cat --identifier=settlement --priority=info
