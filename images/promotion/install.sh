#!/bin/sh
# Of several database nodes an operator says which one takes writes: promote and rejoin. What makes
# a lost primary stay away until then is this service, and choose-role before each start.
set -eu

install -m 0644 "$BUILD/files/etc/systemd/system/postgresql-fence.service" /etc/systemd/system/
systemctl enable postgresql-fence.service
