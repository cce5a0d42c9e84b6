#!/bin/sh
# Off with the mask, and up it comes. The next boot puts it on again.
# on: {{ node }}
sudo systemctl unmask --runtime '{{ unit }}'
sudo systemctl enable --now '{{ unit }}'
