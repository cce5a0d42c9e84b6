#!/bin/sh
# Room for more who wait. It lasts a little longer until all of them do.
# on: app1
sudo sed -i 's/^threads = .*/threads = 40/' /etc/app/gunicorn.conf.py
sudo systemctl kill --signal=KILL app.service
sudo systemctl restart app.service
