#!/bin/sh
# Gives the application's node a wrong idea of where the database is.
set -eu

node='{{ node }}'
source='{{ source }}'
[ "$node" = app1 ] || exit 0

# What is known is from before the move: db1 was where web1 is now.
web1=$(getent ahostsv4 web1 | cut -d ' ' -f 1 | head -n 1)

if [ "$source" = rule ]; then
    content=$(grep -vwE 'web1|db1' /etc/hosts | awk '{ printf "%s\\n", $0 }')
    printf '# The names of the site, the same on each machine.\nf+ /etc/hosts 0644 root root - %s%s web1\\n%s db1\\n\n' \
        "$content" "$web1" "$web1" >/etc/tmpfiles.d/site-names.conf
    systemd-tmpfiles --create /etc/tmpfiles.d/site-names.conf
    # Connections that are open need no name.
    systemctl restart app.service
    exit 0
fi

install -d /etc/hosts.d
printf '# Machines of the site\n%s db1\n%s web1\n' "$web1" "$web1" >/etc/hosts.d/site
cat >/usr/local/sbin/hosts-from-list <<'PROGRAM'
#!/bin/sh
# Brings the machines of the site in /etc/hosts up to date with the list.
set -eu
names=$(awk '!/^#/ { print $2 }' /etc/hosts.d/site | paste -s -d '|')
new=$(grep -vE "[[:space:]]($names)\$" /etc/hosts)
printf '%s\n' "$new" "$(cat /etc/hosts.d/site)" >/etc/hosts
PROGRAM
chmod 0755 /usr/local/sbin/hosts-from-list
cat >/etc/systemd/system/hosts-from-list.service <<'UNIT'
[Unit]
Description=Names of the site's machines
Before=network.target

[Service]
Type=oneshot
ExecStart=/usr/local/sbin/hosts-from-list

[Install]
WantedBy=multi-user.target
UNIT
systemctl daemon-reload
systemctl enable --quiet --now hosts-from-list.service
systemctl restart app.service
