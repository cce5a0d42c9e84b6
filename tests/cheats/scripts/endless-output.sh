#!/bin/sh
# A gigabyte in the journal of the service, as fast as it goes.
# on: app1
systemd-run --quiet --unit=flood sh -c 'head -c 1G /dev/zero | tr "\0" "x" | fold -w 2000 | logger -t gunicorn'
