#!/bin/sh
# Made by `barelab render realworld --to compose`: change labs/ or images/ and run it again.
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
    request -subj "/CN=barelab realworld $(openssl rand -hex 4)" \
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

# ed25519 NAME
ed25519() {
    mkdir -p ed25519
    openssl genpkey -algorithm ed25519 -out "ed25519/$1.key"
    openssl pkey -in "ed25519/$1.key" -pubout -out "ed25519/$1.pub"
}

authority
certificate lb1 lb1 "DNS:lb1,IP:$net.0.2,IP:$net.0.130,DNS:localhost"
certificate site portal.realworld.localhost "DNS:portal.realworld.localhost,DNS:console.realworld.localhost,DNS:assets.realworld.localhost,DNS:workers.realworld.localhost,DNS:mail.realworld.localhost,DNS:monitoring.realworld.localhost,DNS:alerts.realworld.localhost,DNS:identity.realworld.localhost"
former site portal.realworld.localhost "DNS:portal.realworld.localhost,DNS:console.realworld.localhost,DNS:assets.realworld.localhost,DNS:workers.realworld.localhost,DNS:mail.realworld.localhost,DNS:monitoring.realworld.localhost,DNS:alerts.realworld.localhost,DNS:identity.realworld.localhost"
certificate app1 app1 "DNS:app1,IP:$net.0.131,DNS:localhost"
certificate app2 app2 "DNS:app2,IP:$net.0.132,DNS:localhost"
certificate app3 app3 "DNS:app3,IP:$net.0.133,DNS:localhost"
certificate app4 app4 "DNS:app4,IP:$net.0.134,DNS:localhost"
certificate app5 app5 "DNS:app5,IP:$net.0.135,DNS:localhost"
certificate app6 app6 "DNS:app6,IP:$net.0.136,DNS:localhost"
certificate app7 app7 "DNS:app7,IP:$net.0.137,DNS:localhost"
certificate app8 app8 "DNS:app8,IP:$net.0.138,DNS:localhost"
certificate cdn1 cdn1 "DNS:cdn1,IP:$net.0.139,DNS:localhost"
certificate db1 db1 "DNS:db1,IP:$net.0.140,DNS:localhost"
certificate db2 db2 "DNS:db2,IP:$net.0.141,DNS:localhost"
certificate db3 db3 "DNS:db3,IP:$net.0.142,DNS:localhost"
certificate redis1 redis1 "DNS:redis1,IP:$net.0.143,DNS:localhost"
certificate search1 search1 "DNS:search1,IP:$net.0.144,DNS:localhost"
certificate worker1 worker1 "DNS:worker1,IP:$net.0.145,DNS:localhost"
certificate worker2 worker2 "DNS:worker2,IP:$net.0.146,DNS:localhost"
certificate worker3 worker3 "DNS:worker3,IP:$net.0.147,DNS:localhost"
certificate worker4 worker4 "DNS:worker4,IP:$net.0.148,DNS:localhost"
certificate mail1 mail1 "DNS:mail1,IP:$net.0.149,DNS:localhost"
certificate log1 log1 "DNS:log1,IP:$net.0.150,DNS:localhost"
certificate siem1 siem1 "DNS:siem1,IP:$net.0.151,DNS:localhost"
certificate mon1 mon1 "DNS:mon1,IP:$net.0.152,DNS:localhost"
certificate iam1 iam1 "DNS:iam1,IP:$net.0.153,DNS:localhost"
password operators
password api-token
password database-password
password broker-password
password cache-password
password mail-billing
password metrics-token
password search-password
password oidc-client-secret
password database-owner-password
password operator-password
password subscriber-password
password monitor-password
password redis-operators
password redis-monitor
password search-monitor
password mail-operator
password mail-alerts
password roundcube
password keycloak-admin
password keycloak-anita
password keycloak-vikram
password keycloak-meera
password keycloak-lockout-check
password secret-key
ssh host-lb1
ssh ops
ssh host-app1
ssh host-app2
ssh host-app3
ssh host-app4
ssh host-app5
ssh host-app6
ssh host-app7
ssh host-app8
ssh host-cdn1
ssh host-db1
ssh host-db2
ssh host-db3
ssh host-redis1
ssh host-search1
ssh host-worker1
ssh host-worker2
ssh host-worker3
ssh host-worker4
ssh host-mail1
ssh host-log1
ssh host-siem1
ssh host-mon1
ssh host-iam1
ed25519 dkim
touch made
