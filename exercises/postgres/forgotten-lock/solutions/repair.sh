#!/bin/sh
# db1's log says "still waiting for" a lock, and pg_blocking_pids tells who has it.
#% if fault == "export"
# A session of app_owner from app1, "ledger", idle in transaction. Its service goes; the accountants
# get their figures in another way.
# on: app1
sudo systemctl disable --now ledger-export.service
#% elif fault == "prepared"
# It is 0, nobody, and pg_prepared_xacts has one from before the weekend.
# on: db1
sudo -u postgres psql -q app -c "ROLLBACK PREPARED 'till-kochi-2-000417'"
#% else
# A session of postgres on db1 itself, in a DO block. systemctl list-timers has tidy-subscribers.
# on: db1
sudo systemctl disable --now tidy-subscribers.timer
sudo systemctl stop tidy-subscribers.service
# psql is gone; its session does not know that yet.
sudo -u postgres psql -q app -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'DO %approved%' AND pid <> pg_backend_pid()"
#% endif
