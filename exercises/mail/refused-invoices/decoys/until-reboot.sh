#!/bin/sh
# Right for the services as they run, and gone with the next start of the node.
# on: mail1
#% if fault == "certificate"
sudo install -m 0644 /root/before-audit/node.crt /run/lab.crt
sudo install -m 0600 /root/before-audit/node.key /run/lab.key
sudo postconf -e smtpd_tls_cert_file=/run/lab.crt smtpd_tls_key_file=/run/lab.key
sudo sed -i -e 's|/etc/mail/node.crt|/run/lab.crt|' -e 's|/etc/mail/node.key|/run/lab.key|' /etc/dovecot/dovecot.conf
sudo systemctl restart dovecot postfix
#% elif fault == "owner"
sed 's/^\(billing@\S*\) .*/\1 \1/' /etc/postfix/mailboxes | sudo tee /run/mailboxes >/dev/null
sudo postconf -e smtpd_sender_login_maps=texthash:/run/mailboxes
sudo systemctl reload postfix
#% else
# Into the list that is made anew at each start.
domain=$(sudo postconf -h mydomain)
hash=$(ssh -n worker1 sudo cat /etc/app/secrets/mail-billing | openssl passwd -6 -stdin)
sudo sed -i "s|^billing@$domain:[^:]*|billing@$domain:{SHA512-CRYPT}$hash|" /etc/dovecot/users
#% endif
