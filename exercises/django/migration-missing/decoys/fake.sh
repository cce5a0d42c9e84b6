#!/bin/sh
# The list has a cross everywhere now. The database was not changed.
# on: app1
sudo app-manage migrate --fake
sudo systemctl restart app.service
