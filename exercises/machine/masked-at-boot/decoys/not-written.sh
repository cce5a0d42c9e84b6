#!/bin/sh
# The right line in the right file, which no boot loader reads.
# on: {{ node }}
sudo sed -i 's/ systemd\.mask=[^ "]*//' /etc/default/grub
sudo systemctl unmask --runtime '{{ unit }}'
sudo systemctl start '{{ unit }}'
