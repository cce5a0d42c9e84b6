#!/bin/sh
# Leaves the file alone: one below grub.d is read after it, and says what the line is.
# on: {{ node }}
sudo install -d /etc/default/grub.d
printf '%s\n' 'GRUB_CMDLINE_LINUX="net.ifnames=0 mitigations=off console=ttyS0"' | sudo tee /etc/default/grub.d/line.cfg
sudo grub-mkconfig -o /boot/grub/grub.cfg
sudo systemctl unmask --runtime '{{ unit }}'
sudo systemctl start '{{ unit }}'
