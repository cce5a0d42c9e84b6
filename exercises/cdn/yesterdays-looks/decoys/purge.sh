#!/bin/sh
# Wednesday's release arrives. The next one does not.
# on: cdn1
sudo purge --all
sudo systemctl restart nginx
