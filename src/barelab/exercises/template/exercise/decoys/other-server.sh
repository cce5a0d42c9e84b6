#!/bin/sh
# Something listens again, and it is not the portal.
# on: web1
printf '[Service]\nExecStart=/usr/bin/nc -lk 0.0.0.0 443\n[Install]\nWantedBy=multi-user.target\n' |
    sudo tee /etc/systemd/system/listen.service >/dev/null
sudo systemctl disable --quiet --now nginx.service
sudo systemctl enable --quiet --now listen.service
