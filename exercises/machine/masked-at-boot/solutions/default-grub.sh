#!/bin/sh
# Takes the word out of where Debian makes the line from, has it made, and starts the service.
# on: {{ node }}
sudo sed -i 's/ systemd\.mask=[^ "]*//' /etc/default/grub
sudo update-grub
sudo systemctl unmask --runtime '{{ unit }}'
sudo systemctl start '{{ unit }}'
