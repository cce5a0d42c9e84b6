#!/bin/sh
# From the next boot on, the kernel's command line masks a unit.
set -eu

[ '{{ node }}' = db1 ] || exit 0
sed -i 's/^\(GRUB_CMDLINE_LINUX=".*\)"$/\1 systemd.mask={{ unit }}"/' /etc/default/grub
update-grub >/dev/null 2>&1
