#!/bin/sh
# As good, by other means.
# on: mail1
#% if fault == "certificate"
# Another place for the right ones, which both services are told.
sudo install -m 0644 /root/before-audit/node.crt /etc/mail/lab.crt
sudo install -m 0600 /root/before-audit/node.key /etc/mail/lab.key
sudo postconf -e smtpd_tls_cert_file=/etc/mail/lab.crt smtpd_tls_key_file=/etc/mail/lab.key
sudo sed -i -e 's|/etc/mail/node.crt|/etc/mail/lab.crt|' -e 's|/etc/mail/node.key|/etc/mail/lab.key|' /etc/dovecot/dovecot.conf
sudo systemctl restart dovecot postfix
#% elif fault == "owner"
# Both log-ins own the address: the plan may go on.
sudo sed -i 's/^\(billing@\S*\) \(.*\)/\1 \1,\2/' /etc/postfix/mailboxes
sudo systemctl restart postfix
#% else
# From the other application server, and by a new file.
ssh -n app1 sudo cat /etc/app/secrets/mail-billing | sudo install -m 0600 /dev/stdin /etc/mail/secrets/mail-billing
sudo systemctl restart dovecot postfix
#% endif
