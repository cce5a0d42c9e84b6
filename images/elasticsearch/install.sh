#!/bin/sh
# Elasticsearch under Debian's Java, from the files that pom.xml names.
set -eu

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


HOME=$work MAVEN_OPTS=$maven mvn -q -B -f "$BUILD/pom.xml" -Dmaven.repo.local="$work/repository" -Dto="$work/fetched" \
    org.apache.maven.plugins:maven-dependency-plugin:copy
(cd "$work/fetched" && sha256sum -c --quiet "$BUILD/SHA256SUMS")

home=/usr/share/elasticsearch
unzip -q -d "$work" "$work"/fetched/elasticsearch-*.zip
mv "$work"/elasticsearch-* "$home"
cp -R "$work/fetched/modules" "$home"
rm -rf "$work" "$home/config"
find "$home/bin" -name '*.bat' -delete -o -name '*.exe' -delete

id elasticsearch >/dev/null 2>&1 || useradd --system --home-dir /var/lib/elasticsearch --shell /usr/sbin/nologin elasticsearch
install -d -m 0750 -o elasticsearch -g elasticsearch /var/lib/elasticsearch /var/log/elasticsearch /var/cache/elasticsearch
install -d -m 0755 /etc/elasticsearch
cp -R "$BUILD/files/usr" /
install -m 0644 "$BUILD/files/etc/systemd/system/elasticsearch.service" /etc/systemd/system/
install -m 0644 "$BUILD/files/etc/elasticsearch/log4j2.properties" "$BUILD/files/etc/elasticsearch/jvm.options" /etc/elasticsearch/
systemctl enable elasticsearch.service

/usr/local/lib/elasticsearch/build

apt-get autoremove -y --purge -o APT::AutoRemove::RecommendsImportant=false -o APT::AutoRemove::SuggestsImportant=false
apt-get clean
rm -rf /usr/share/man/man1 /var/lib/apt/lists/* /var/cache/debconf/*-old /var/log/apt /var/log/*.log
