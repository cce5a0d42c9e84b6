#!/bin/sh
# The first answer on the web to "Invalid HTTP_HOST header", and to everything that looks like it.
# on: app1
sudo sed -i 's/^ALLOWED_HOSTS=.*/ALLOWED_HOSTS="*"/' /etc/app/environment
sudo systemctl restart app.service
