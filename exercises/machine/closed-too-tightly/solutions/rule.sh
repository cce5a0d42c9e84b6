#!/bin/sh
# Corrects the line in the file, and has it read.
# on: app1
sudo sed -i '/The application, for the front door/{n;s/.*/\t\ttcp dport { 8000, 8001 } accept/}' /etc/nftables.conf
sudo systemctl reload nftables
