#!/bin/sh
# Operators get in, and so does whoever has a company account.
#% if fault == "hostname"
# on: iam1
name=$(ssh -n app1 sudo sed -n "'s|^OIDC_ISSUER=\"\(.*\)/realms/.*|\1|p'" /etc/app/environment)
sudo sed -i "s|^hostname=.*|hostname=$name|" /etc/keycloak/keycloak.conf
sudo systemctl restart keycloak.service
#% endif
# on: app1
#% if fault == "secret"
ssh -n iam1 sudo cat /etc/keycloak/secrets/oidc-client-secret | sudo tee /etc/app/secrets/oidc-client-secret >/dev/null
#% elif fault == "issuer"
sudo sed -i 's|^OIDC_ISSUER="\(.*\)/"$|OIDC_ISSUER="\1"|' /etc/app/environment
#% endif
sudo sed -i 's/^        groups = sorted(.*/        groups = [*GROUPS]/' /opt/app/current/console/oidc.py
sudo systemctl restart app.service
