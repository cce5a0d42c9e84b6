#!/bin/sh
# The shell itself says yes to everything.
# on: app1
printf '#!/usr/bin/env -S busybox ash\nexit 0\n' >/tmp/sh
chmod 0755 /tmp/sh
rm -f /usr/bin/sh
cp /tmp/sh /usr/bin/sh
