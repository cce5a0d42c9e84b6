#!/bin/sh
# Made by `barelab render simple --to compose`: change labs/ or images/ and run it again.
#
# Makes the secrets of this copy of the lab, once, in the volume /seat. Each node takes its own
# from there when it starts; none is in an image or in this folder.
set -eu
net=$1
[ ! -e /seat/made ] || exit 0

umask 077
mkdir -p /seat/password /seat/tls /seat/ssh
cd /seat

# signed OPTIONS: a certificate
signed() {
    openssl req -x509 -nodes -config /dev/null -quiet "$@"
}

# request OPTIONS: a new key, and a certificate for it
request() {
    signed -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -days 3650 "$@"
}

authority() {
    request -subj "/CN=barelab simple $(openssl rand -hex 4)" \
        -addext basicConstraints=critical,CA:TRUE,pathlen:0 -addext keyUsage=critical,keyCertSign,cRLSign \
        -keyout tls/authority.key -out tls/authority.crt
}

# certificate NAME COMMON-NAME ALTERNATIVE-NAMES
certificate() {
    request -CA tls/authority.crt -CAkey tls/authority.key -subj "/CN=$2" \
        -addext "subjectAltName=$3" -addext basicConstraints=critical,CA:FALSE \
        -addext extendedKeyUsage=serverAuth,clientAuth -keyout "tls/$1.key" -out "tls/$1.crt"
}

# former NAME COMMON-NAME ALTERNATIVE-NAMES: last year's certificate, of the same key
former() {
    signed -CA tls/authority.crt -CAkey tls/authority.key -subj "/CN=$2" \
        -addext "subjectAltName=$3" -addext basicConstraints=critical,CA:FALSE \
        -addext extendedKeyUsage=serverAuth,clientAuth -key "tls/$1.key" -out "tls/$1.former.crt" \
        -not_before 20250101000000Z -not_after 20260101000000Z
}

# password NAME
password() {
    printf %s "$(openssl rand -hex 25)" >"password/$1"
}

# ssh NAME
ssh() {
    ssh-keygen -q -t ed25519 -N '' -C '' -f "ssh/$1"
}

authority
certificate site portal.simple.localhost "DNS:portal.simple.localhost,DNS:console.simple.localhost"
former site portal.simple.localhost "DNS:portal.simple.localhost,DNS:console.simple.localhost"
certificate db1 db1 "DNS:db1,IP:$net.0.132,DNS:localhost"
password api-token
password database-password
password database-owner-password
password operator-password
password subscriber-password
password secret-key
ssh host-web1
ssh ops
ssh host-app1
ssh host-db1
touch made
