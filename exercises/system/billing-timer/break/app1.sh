#!/bin/sh
# Makes the billing run fail, lets it fail once, and then takes it from its timer.
set -eu

run='{{ run }}'
timer='{{ timer }}'
units=/etc/systemd/system
mkdir -p "$units/app-bill.service.d" "$units/app-bill.timer.d"

case "$run" in
release) setting='WorkingDirectory=/opt/app/releases/2025-10-31' ;;
user) setting='User=billing' ;;
environment) setting='EnvironmentFile=/etc/app/billing.env' ;;
*)
    setting='EnvironmentFile=/etc/app/environment-billing'
    echo 'DATABASE_PASSWORD_FILE="/etc/app/secrets/billing-password"' >/etc/app/environment-billing
    ;;
esac
printf '[Service]\n%s\n' "$setting" >"$units/app-bill.service.d/override.conf"
systemctl daemon-reload
systemctl start app-bill.service 2>/dev/null || true

case "$timer" in
calendar) printf '[Timer]\nOnCalendar=\nOnCalendar=*-*-* 24:10:00 Asia/Kolkata\n' ;;
year) printf '[Timer]\nOnCalendar=\nOnCalendar=2025-*-* 02:10:00 Asia/Kolkata\n' ;;
unit) printf '[Timer]\nUnit=billing.service\n' ;;
esac >"$units/app-bill.timer.d/override.conf"
if [ "$timer" = disabled ]; then
    rm "$units/app-bill.timer.d/override.conf"
    systemctl disable --quiet --now app-bill.timer
fi
systemctl daemon-reload
systemctl stop app-bill.timer
[ "$timer" = disabled ] || systemctl start app-bill.timer 2>/dev/null || true
