#!/bin/sh
# Has the log server take nothing from the worker, or leaves it as it is.
set -eu

fault='{{ fault }}'
case "$fault" in
peer)
    sed -i -e 's/^\( *\)tls.permittedPeer=\(.*\), "worker1"/\1# worker1 was replaced by the new ones.\n\1tls.permittedPeer=\2/' /etc/rsyslog.conf
    systemctl restart rsyslog.service
    ;;
*) ;;
esac
