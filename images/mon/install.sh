#!/bin/sh
# Debian's Prometheus, Alertmanager, and the exporters that ask several machines from one place.
set -eu

apt-get update
apt-get install -y prometheus prometheus-alertmanager prometheus-blackbox-exporter \
    prometheus-nginx-exporter prometheus-postgres-exporter prometheus-redis-exporter \
    prometheus-elasticsearch-exporter
rm -f /etc/prometheus/prometheus.yml /etc/prometheus/alertmanager.yml /etc/prometheus/blackbox.yml
rm -f /etc/default/prometheus-redis-exporter /etc/default/prometheus-elasticsearch-exporter
install -d -m 0750 -o root -g prometheus /etc/prometheus/secrets

# No image without its proof: every alert is on when it should be, and over afterwards.
mkdir -p /tmp/proof
cp -R "$BUILD/files" "$BUILD/tests" /tmp/proof/
promtool check rules /tmp/proof/files/etc/prometheus/rules/*.yml
promtool test rules /tmp/proof/tests/*.yml
rm -rf /tmp/proof

# Debian's Alertmanager has no page of its own; this one needs nothing from elsewhere.
install -d /usr/share/prometheus/alertmanager/ui
systemctl enable prometheus.service prometheus-alertmanager.service prometheus-blackbox-exporter.service \
    prometheus-nginx-exporter.service prometheus-postgres-exporter.service prometheus-redis-exporter.service \
    prometheus-elasticsearch-exporter.service

apt-get clean
rm -rf /var/lib/apt/lists/* /var/cache/debconf/*-old /var/log/apt /var/log/*.log
