#!/bin/sh
# Debian's Postfix, Dovecot and OpenDKIM, and Roundcube behind a web server that starts on demand.
# Whose mail they keep comes with each node.
set -eu

# Roundcube's tables are a file of SQLite, made below; nobody is asked.
export DEBIAN_FRONTEND=noninteractive
echo "roundcube-core roundcube/dbconfig-install boolean false" | debconf-set-selections
apt-get update
apt-get install -y postfix dovecot-imapd dovecot-lmtpd opendkim lighttpd php-cgi roundcube-core roundcube-sqlite3

# Mailboxes belong to one user who owns nothing else and cannot log in to the node.
id vmail >/dev/null 2>&1 || useradd --system --home-dir /var/vmail --shell /usr/sbin/nologin vmail
install -d -m 0700 -o vmail -g vmail /var/vmail
# Postfix talks to OpenDKIM over a socket that its group may use.
usermod --append --groups opendkim postfix
# Makes the queue's folders, in one of which Dovecot puts its sockets.
postfix check
install -d -m 0755 /etc/mail
install -d -m 0700 /etc/mail/secrets
# What the packages configure, and the example that Dovecot reads in pieces.
rm -rf /etc/postfix/main.cf /etc/postfix/master.cf /etc/dovecot/conf.d /etc/dovecot/dovecot.conf /etc/opendkim.conf

# A new Roundcube: tables without rows. Its pages keep there what people set.
install -d -m 0750 -o www-data -g www-data /var/lib/roundcube/db
sqlite3 /var/lib/roundcube/db/roundcube.sqlite </usr/share/roundcube/SQL/sqlite.initial.sql
chown www-data:www-data /var/lib/roundcube/db/roundcube.sqlite
chmod 0640 /var/lib/roundcube/db/roundcube.sqlite

install -m 0644 "$BUILD"/files/etc/systemd/system/webmail.service "$BUILD"/files/etc/systemd/system/webmail.socket /etc/systemd/system/
systemctl enable postfix.service dovecot.service opendkim.service webmail.socket
# Ports 80 and 143, the package's own web server, names from DNS: none of them is for this node.
systemctl mask lighttpd.service lighttpd-maint.timer lighttpd-maint.service dovecot.socket \
    postfix-resolvconf.path postfix-resolvconf.service

apt-get clean
rm -rf /var/lib/apt/lists/* /var/cache/debconf/*-old /var/log/apt /var/log/*.log
