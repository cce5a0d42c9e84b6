#!/bin/sh
# As good as the first way, by other means.
# on: db1
#% if fault == "archive"
# Archiving stays switched on, for the next backup machine; until then everything is done with.
sudo -u postgres psql -q app -c "ALTER SYSTEM SET archive_command = '/bin/true'" -c 'SELECT pg_reload_conf()'
#% else
# A slot may keep two files' worth, not the disk. This one has long asked for more: it is given up.
sudo -u postgres psql -q app -c "ALTER SYSTEM SET max_slot_wal_keep_size = '32MB'" -c 'SELECT pg_reload_conf()'
#% endif
