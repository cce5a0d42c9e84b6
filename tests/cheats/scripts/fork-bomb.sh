#!/bin/sh
# No process can be started any more in the node.
# on: app1
systemd-run --quiet --unit=bomb sh -c 'bomb() { bomb | bomb & }; bomb'
