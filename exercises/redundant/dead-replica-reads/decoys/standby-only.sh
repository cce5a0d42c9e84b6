#!/bin/sh
# db2 is back, for good, and so are the pages. Until db2 is away the next time.
# on: db2
#% if fault == "listed"
sudo sed -i 's/^manual$/auto/' /etc/postgresql/17/main/start.conf
sudo systemctl daemon-reload
sudo systemctl start postgresql@17-main
#% elif fault == "patient"
sudo systemctl kill --kill-whom=main --signal=CONT postgresql@17-main
#% else
sudo sed -i 's/^#\(hostssl  app \)/\1/' /etc/postgresql/17/main/pg_hba.conf
sudo systemctl reload postgresql@17-main
#% endif
