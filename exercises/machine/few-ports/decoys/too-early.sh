#!/bin/sh
# A file of one's own, whose name comes before the other's: at the next boot that one wins again.
# on: web1
printf '%s\n' 'net.ipv4.ip_local_port_range = 32768 60999' 'net.ipv4.ip_local_reserved_ports =' | sudo tee /etc/sysctl.d/10-ports.conf
sudo sysctl --load /etc/sysctl.d/10-ports.conf
