#!/bin/sh
# Bills once, by hand. Tomorrow's new customers get nothing.
# on: app1
sudo app-manage bill
