#!/bin/sh
# Right until the next boot.
# on: web1
sudo sysctl -w net.ipv4.ip_local_port_range='32768 60999' net.ipv4.ip_local_reserved_ports=
