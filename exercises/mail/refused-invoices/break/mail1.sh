#!/bin/sh
# Makes the mail server refuse what the application sends, or the application what it shows.
set -eu

domain=$(postconf -h mydomain)
fault='{{ fault }}'
case "$fault" in
certificate)
    # A new one for ten years, by hand. The old ones are kept where it came to mind.
    install -d -m 0700 /root/before-audit
    cp -p /etc/mail/node.crt /etc/mail/node.key /root/before-audit/
    openssl req -x509 -nodes -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -config /dev/null -quiet -days 3650 \
        -subj "/CN=mail1" -addext "subjectAltName=DNS:mail1,DNS:mail1.$domain" -keyout /root/new.key -out /root/new.crt
    cat /root/new.crt >/etc/mail/node.crt
    cat /root/new.key >/etc/mail/node.key
    rm /root/new.crt /root/new.key
    ;;
owner)
    # Invoices are to be sent by accounting's own log-in, once there is one.
    sed -i "s/^billing@$domain .*/billing@$domain accounting@$domain/" /etc/postfix/mailboxes
    ;;
secret)
    # All passwords that were older than a year.
    openssl rand -hex 20 >/etc/mail/secrets/mail-billing
    ;;
esac
systemctl restart dovecot.service postfix.service
