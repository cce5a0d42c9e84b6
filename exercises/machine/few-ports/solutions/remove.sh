#!/bin/sh
# Takes the line out of the file, and gives the running kernel what it has without it.
# on: web1
sudo sed -i '/ip_local_/d' '{{ file }}'
sudo sysctl -w net.ipv4.ip_local_port_range='32768 60999' net.ipv4.ip_local_reserved_ports=
