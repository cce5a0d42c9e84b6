#!/bin/sh
# Leaves the kernel four ports for connections that begin here.
set -eu

install -d "$(dirname '{{ file }}')"
#% if fault == "range"
cat >'{{ file }}' <<'END'
# Kernel baseline, release 7
net.ipv4.conf.all.rp_filter = 1
net.ipv4.tcp_syncookies = 1
net.ipv4.ip_local_port_range = 61000 61003
END
#% else
cat >'{{ file }}' <<'END'
# Kernel baseline, release 7
net.ipv4.conf.all.rp_filter = 1
net.ipv4.tcp_syncookies = 1
net.ipv4.ip_local_reserved_ports = 1024-60994,60999-65535
END
#% endif
sysctl --quiet --load '{{ file }}'
# Nginx holds connections from before.
systemctl restart nginx
