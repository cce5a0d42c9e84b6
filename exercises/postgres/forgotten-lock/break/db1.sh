#!/bin/sh
# Leaves a prepared transaction, or a clean-up that waits for an approval with its locks in hand.
set -eu

fault='{{ fault }}'
case "$fault" in
prepared)
    cat >/etc/postgresql/17/main/conf.d/till.conf <<'CONF'
# The new till commits in two steps, here and in its own database.
max_prepared_transactions = 20
CONF
    systemctl restart postgresql@17-main
    runuser -u postgres -- psql --quiet --no-psqlrc -v ON_ERROR_STOP=1 -d app <<'SQL'
SET ROLE app_owner;
BEGIN;
LOCK TABLE billing_payment IN EXCLUSIVE MODE;
PREPARE TRANSACTION 'till-kochi-2-000417';
SQL
    ;;
approval)
    install -d /opt/tidy /srv/tidy
    cat >/opt/tidy/subscribers.sql <<'SQL'
-- Tidies up subscribers who have been with us for a year. Nobody may change them meanwhile.
\set ON_ERROR_STOP on
BEGIN;
SELECT count(*) FROM (
    SELECT id FROM accounts_subscriber WHERE joined_at < now() - interval '1 year' FOR UPDATE
) AS tidied;
-- Not before the list was approved.
DO $$
BEGIN
    WHILE pg_stat_file('/srv/tidy/approved', true) IS NULL LOOP
        PERFORM pg_sleep(2);
    END LOOP;
END $$;
UPDATE accounts_subscriber SET street = trim(street)
 WHERE joined_at < now() - interval '1 year' AND street <> trim(street);
COMMIT;
SQL
    cat >/etc/systemd/system/tidy-subscribers.service <<'UNIT'
[Unit]
Description=Tidy up the subscribers
After=postgresql@17-main.service

[Service]
User=postgres
ExecStart=/usr/bin/psql --no-psqlrc --quiet --file=/opt/tidy/subscribers.sql app
UNIT
    cat >/etc/systemd/system/tidy-subscribers.timer <<'UNIT'
[Unit]
Description=Tidy up the subscribers until it is done

[Timer]
OnActiveSec=0
OnUnitInactiveSec=5s
AccuracySec=1s

[Install]
WantedBy=multi-user.target
UNIT
    systemctl daemon-reload
    systemctl enable --quiet --now tidy-subscribers.timer
    ;;
esac
