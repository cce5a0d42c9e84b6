#!/bin/sh
# Comments explain: learners read this script after `barelab exercise solution`. Each section runs
# in its node as ops, who may use sudo.
# Lines that begin with "#%" are Jinja2: they choose by the seed and are gone when it is shown.
# on: web1
#% if how == "disable"
# It must also start at the next boot.
sudo systemctl enable --quiet nginx.service
#% endif
sudo systemctl start nginx.service
