#!/bin/sh
# Invoices come through, and so does whoever is on the network, as whomever he likes.
# on: mail1
#% if fault == "certificate"
sudo postconf -e smtpd_tls_security_level=may
#% endif
sudo postconf -e 'mynetworks=10.0.0.0/8' smtpd_sender_restrictions= \
    'smtpd_relay_restrictions=permit_mynetworks, permit_sasl_authenticated, reject' \
    'smtpd_recipient_restrictions=permit_mynetworks, permit_sasl_authenticated, reject'
sudo systemctl restart postfix
# on: worker1
sudo sed -i -e '/^EMAIL_HOST_USER/s/=.*/=""/' /etc/app/environment
#% if fault == "certificate"
sudo sed -i 's/^EMAIL_USE_TLS = .*/EMAIL_USE_TLS = False/' /opt/app/current/subscribers/settings.py
#% endif
sudo systemctl restart celery@1.service
