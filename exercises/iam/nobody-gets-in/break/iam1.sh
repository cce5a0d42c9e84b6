#!/bin/sh
# Has Keycloak go by a name that nobody can have yet, or leaves it as it is.
set -eu

fault='{{ fault }}'
case "$fault" in
hostname)
    # As it will be called.
    sed -i 's|^hostname=.*|hostname=https://identity.company.example|' /etc/keycloak/keycloak.conf
    systemctl restart keycloak.service
    ;;
*) ;;
esac
