#!/bin/sh
# The static files come back as root's own.
set -eu

tree='{{ tree }}'
[ "$tree" = static ] || exit 0
chmod -R u=rwX,go= /var/www/static
