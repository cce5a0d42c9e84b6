#!/bin/sh
# Sets back what was set differently.
#% if fault == "secret"
# on: app1
ssh -n iam1 sudo cat /etc/keycloak/secrets/oidc-client-secret | sudo tee /etc/app/secrets/oidc-client-secret >/dev/null
sudo systemctl restart app.service
#% elif fault == "issuer"
# on: app1
sudo sed -i 's|^OIDC_ISSUER="\(.*\)/"$|OIDC_ISSUER="\1"|' /etc/app/environment
sudo systemctl restart app.service
#% else
# on: iam1
name=$(ssh -n app1 sudo sed -n "'s|^OIDC_ISSUER=\"\(.*\)/realms/.*|\1|p'" /etc/app/environment)
sudo sed -i "s|^hostname=.*|hostname=$name|" /etc/keycloak/keycloak.conf
sudo systemctl restart keycloak.service
#% endif
