#!/bin/sh
# They are found: by the database, since nobody asks the search server any more.
# on: app1
sudo sed -i 's/^SEARCH_HOST=.*/SEARCH_HOST=""/' /etc/app/environment
sudo systemctl restart app.service
