#!/bin/sh
# Gives the web server's node a wrong idea of where the application is.
set -eu

node='{{ node }}'
source='{{ source }}'
[ "$node" = web1 ] || exit 0

# The list is from before the move: app1 was where db1 is now.
install -d /etc/hosts.d
db1=$(getent ahostsv4 db1 | cut -d ' ' -f 1 | head -n 1)
printf '# Machines of the site\n%s app1\n%s db1\n' "$db1" "$db1" >/etc/hosts.d/site
cat >/usr/local/sbin/hosts-from-list <<'PROGRAM'
#!/bin/sh
# Brings the machines of the site in /etc/hosts up to date with the list.
set -eu
names=$(awk '!/^#/ { print $2 }' /etc/hosts.d/site | paste -s -d '|')
new=$(grep -vE "[[:space:]]($names)\$" /etc/hosts)
printf '%s\n' "$new" "$(cat /etc/hosts.d/site)" >/etc/hosts
PROGRAM
chmod 0755 /usr/local/sbin/hosts-from-list

if [ "$source" = dropin ]; then
    # Nginx looks names up once, when it starts: so that it has them in time.
    printf '[Service]\nExecStartPre=+/usr/local/sbin/hosts-from-list\n' \
        >/etc/systemd/system/nginx.service.d/names.conf
else
    cat >/etc/systemd/system/hosts-from-list.service <<'UNIT'
[Unit]
Description=Names of the site's machines
Before=nginx.service

[Service]
Type=oneshot
ExecStart=/usr/local/sbin/hosts-from-list

[Install]
WantedBy=multi-user.target
UNIT
    systemctl enable --quiet hosts-from-list.service
    systemctl start hosts-from-list.service
fi
systemctl daemon-reload
systemctl restart nginx.service
