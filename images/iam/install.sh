#!/bin/sh
# Keycloak under Debian's Java: fetched, built for what it is used for here, and started once, so
# that a node's first start finds the database's tables made and the classes in an archive.
set -eu

version=26.7.3
sha256=27a6535553c3cdcd083872ba40629efafb3475e3b758e0c6f691395561dd0f1f

apt-get update
# Java's package wants to put manual pages there, which this server does without.
mkdir -p /usr/share/man/man1
apt-get install -y openjdk-21-jre-headless
# Needed to fetch it, and gone again below.
apt-get install -y --mark-auto maven unzip

# Java knows neither a company's authorities nor its proxy by the usual variables.
work=$(mktemp -d)
maven=""
if [ -n "${SSL_CERT_FILE:-}" ]; then
    openssl pkcs12 -export -nokeys -jdktrust anyExtendedKeyUsage -in "$SSL_CERT_FILE" \
        -out "$work/trust.p12" -passout pass:changeit
    maven="-Djavax.net.ssl.trustStore=$work/trust.p12 -Djavax.net.ssl.trustStorePassword=changeit"
fi
if [ -n "${https_proxy:-}" ]; then
    proxy=${https_proxy#*://}
    proxy=${proxy%%/*}
    maven="$maven -Dhttps.proxyHost=${proxy%:*} -Dhttps.proxyPort=${proxy##*:}"
fi
HOME=$work MAVEN_OPTS=$maven mvn -q -B -Dmaven.repo.local="$work/repository" \
    org.apache.maven.plugins:maven-dependency-plugin:get -Dtransitive=false \
    -Dartifact="org.keycloak:keycloak-quarkus-dist:$version:zip"
archive=$work/repository/org/keycloak/keycloak-quarkus-dist/$version/keycloak-quarkus-dist-$version.zip
echo "$sha256  $archive" | sha256sum -c --quiet
unzip -q -d "$work" "$archive"
mv "$work/keycloak-$version" /opt/keycloak
rm -rf "$work"
find /opt/keycloak -name '*.bat' -delete

id keycloak >/dev/null 2>&1 || useradd --system --home-dir /var/lib/keycloak --shell /usr/sbin/nologin keycloak
install -d -m 0750 -o root -g keycloak /etc/keycloak /etc/keycloak/secrets
install -d -m 0755 /etc/keycloak/realms
install -d -m 0700 -o keycloak -g keycloak /var/lib/keycloak
ln -s /var/lib/keycloak /opt/keycloak/data
ln -s /etc/keycloak/realms /var/lib/keycloak/import
cp -R "$BUILD/files/usr" /
install -m 0644 "$BUILD/files/etc/systemd/system/keycloak.service" /etc/systemd/system/
systemctl enable keycloak.service

/usr/local/lib/keycloak/build

apt-get autoremove -y --purge -o APT::AutoRemove::RecommendsImportant=false -o APT::AutoRemove::SuggestsImportant=false
apt-get clean
rm -rf /usr/share/man/man1 /var/lib/apt/lists/* /var/cache/debconf/*-old /var/log/apt /var/log/*.log
