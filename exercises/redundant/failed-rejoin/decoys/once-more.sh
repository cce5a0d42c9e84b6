#!/bin/sh
# What everybody has tried: everything restarted, and the runbook once more.
# on: db1
sudo systemctl restart postgresql-fence
sudo timeout 45 rejoin || true
