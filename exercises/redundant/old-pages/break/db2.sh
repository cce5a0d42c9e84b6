#!/bin/sh
# Lets db2 answer as before, and learn nothing new.
set -eu

conf=/etc/postgresql/17/main/conf.d
units=/etc/systemd/system
reload() {
    runuser -u postgres -- psql --no-psqlrc -qAt -d postgres -c 'SELECT pg_reload_conf()' >/dev/null
}

fault='{{ fault }}'
case "$fault" in
delayed)
    cat >"$conf/ready-for-kochi.conf" <<'CONF'
# The third database, at Kochi: stays behind by half a day, so that there is a copy from before when
# somebody deletes what he should not.
recovery_min_apply_delay = 12h
CONF
    reload
    ;;
paused)
    cat >/usr/local/lib/figures <<'SH'
#!/bin/sh
# Payments of each day, for the management.
set -eu
psql -XAt -d app -c 'SELECT received_at::date, count(*), sum(amount) FROM billing_payment GROUP BY 1 ORDER BY 1' \
    >/srv/management/figures.csv
SH
    chmod 0755 /usr/local/lib/figures
    cat >"$units/figures.service" <<'UNIT'
[Unit]
Description=Figures for the management, from the standby
Requires=postgresql@17-main.service
After=postgresql@17-main.service

[Service]
Type=oneshot
User=postgres
# It takes long, and is cancelled when changes come in meanwhile.
ExecStartPre=/usr/bin/psql -XAtq -o /dev/null -c "SELECT pg_wal_replay_pause()"
ExecStart=/usr/local/lib/figures
ExecStartPost=/usr/bin/psql -XAtq -o /dev/null -c "SELECT pg_wal_replay_resume()"
UNIT
    cat >"$units/figures.timer" <<'UNIT'
[Unit]
Description=Figures for the management, every quarter of an hour

[Timer]
OnActiveSec=0
OnCalendar=*:0/15

[Install]
WantedBy=timers.target
UNIT
    systemctl daemon-reload
    systemctl start figures.service 2>/dev/null || true
    systemctl enable --quiet --now figures.timer
    ;;
esac
