#!/bin/sh
# Has the application show another secret or expect another issuer, or leaves it as it is.
set -eu

fault='{{ fault }}'
case "$fault" in
secret)
    # All secrets that were older than a year.
    openssl rand -hex 20 >/etc/app/secrets/oidc-client-secret
    ;;
issuer)
    # An address of a folder ends with a slash.
    sed -i 's|^OIDC_ISSUER="\(.*\)"$|OIDC_ISSUER="\1/"|' /etc/app/environment
    ;;
*) exit 0 ;;
esac
systemctl restart app.service
