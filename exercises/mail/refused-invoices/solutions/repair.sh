#!/bin/sh
# Sets back what was set differently.
# on: mail1
#% if fault == "certificate"
sudo sh -c 'cat /root/before-audit/node.crt >/etc/mail/node.crt; cat /root/before-audit/node.key >/etc/mail/node.key'
sudo systemctl restart dovecot postfix
#% elif fault == "owner"
sudo sed -i 's/^\(billing@\S*\) .*/\1 \1/' /etc/postfix/mailboxes
sudo systemctl reload postfix
#% else
ssh -n worker1 sudo cat /etc/app/secrets/mail-billing | sudo tee /etc/mail/secrets/mail-billing >/dev/null
sudo systemctl restart dovecot
#% endif
