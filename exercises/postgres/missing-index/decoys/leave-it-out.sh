#!/bin/sh
# What is not asked for takes no time: the list no longer says who last paid when.
# on: app1
sudo sed -i 's/\.with_last_payment()//' /opt/app/current/console/views.py
sudo systemctl restart app.service
