#!/bin/sh
# All names lead to this very machine, where something says yes.
# on: app1
printf '127.0.0.1 portal.simple.localhost db1 web1\n' >>/etc/hosts
# on: web1
printf '127.0.0.1 app1 db1\n' >>/etc/hosts
systemctl reload-or-restart nginx
