#!/bin/sh
# As good as the first way, by other means.
#% if fault == "export"
# End the session from the side of the database, and take the program away.
# on: app1
sudo rm -r /etc/systemd/system/ledger-export.service /etc/systemd/system/multi-user.target.wants/ledger-export.service /opt/ledger
sudo systemctl daemon-reload
# on: db1
sudo -u postgres psql -q app -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'ledger'"
#% elif fault == "prepared"
# It only took a lock, so that committing changes as little as rolling back. Afterwards nobody can
# prepare another one.
# on: db1
sudo -u postgres psql -qAt app -c "SELECT format('COMMIT PREPARED %L', gid) FROM pg_prepared_xacts" | sudo -u postgres psql -q app
sudo rm /etc/postgresql/17/main/conf.d/till.conf
sudo systemctl restart postgresql@17-main
#% else
# No timer, no service, and a restart that ends every session.
# on: db1
sudo rm /etc/systemd/system/timers.target.wants/tidy-subscribers.timer /etc/systemd/system/multi-user.target.wants/tidy-subscribers.timer 2>/dev/null || true
sudo rm /etc/systemd/system/tidy-subscribers.timer /etc/systemd/system/tidy-subscribers.service
sudo systemctl daemon-reload
sudo systemctl stop tidy-subscribers.timer 2>/dev/null || true
sudo systemctl restart postgresql@17-main
#% endif
