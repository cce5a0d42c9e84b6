#!/bin/sh
# As good, by other means.
#% if fault == "secret"
# A file of another name, which the application is told.
# on: app1
ssh -n iam1 sudo cat /etc/keycloak/secrets/oidc-client-secret | sudo install -o root -g app -m 0640 /dev/stdin /etc/app/secrets/keycloak
sudo sed -i 's|^OIDC_CLIENT_SECRET_FILE=.*|OIDC_CLIENT_SECRET_FILE="/etc/app/secrets/keycloak"|' /etc/app/environment
sudo systemctl restart app.service
#% elif fault == "issuer"
# A later file of the unit has the issuer, as Keycloak itself says it.
# on: app1
issuer=$(curl -fsS https://iam1:8443/realms/company/.well-known/openid-configuration | python3 -c 'import json, sys; print(json.load(sys.stdin)["issuer"])')
echo "OIDC_ISSUER=\"$issuer\"" | sudo tee /etc/app/issuer >/dev/null
sudo mkdir -p /etc/systemd/system/app.service.d
printf '[Service]\nEnvironmentFile=/etc/app/issuer\n' | sudo tee /etc/systemd/system/app.service.d/zz-issuer.conf >/dev/null
sudo systemctl daemon-reload
sudo systemctl restart app.service
#% else
# What the environment says goes before the file.
# on: iam1
name=$(ssh -n app1 sudo sed -n "'s|^OIDC_ISSUER=\"\(.*\)/realms/.*|\1|p'" /etc/app/environment)
sudo mkdir -p /etc/systemd/system/keycloak.service.d
printf '[Service]\nEnvironment=KC_HOSTNAME=%s\n' "$name" | sudo tee /etc/systemd/system/keycloak.service.d/name.conf >/dev/null
sudo systemctl daemon-reload
sudo systemctl restart keycloak.service
#% endif
