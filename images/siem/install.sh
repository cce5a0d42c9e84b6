#!/bin/sh
# Detection as code: rsyslog puts what the log server sends into Elasticsearch, Sigma's rules become
# ElastAlert's, and ElastAlert looks for them.
set -eu

apt-get update
apt-get install -y rsyslog-elasticsearch
# Needed for the installation, and gone again below.
apt-get install -y --mark-auto python3-pip-whl python3-venv

# Each with its own: they want different versions of the same packages.
for tool in elastalert sigma; do
    python3 -m venv --without-pip "/opt/$tool"
    PYTHONPATH=$(echo /usr/share/python-wheels/pip-*.whl) "/opt/$tool/bin/python" -m pip install \
        --require-hashes --no-deps --only-binary=:all: --no-cache-dir --disable-pip-version-check \
        --quiet --requirement "$BUILD/$tool.lock"
done
# ElastAlert can tell a hundred services of an event. Of two it wants all that a cloud has: 400 MB.
find /opt/elastalert -path '*/tencentcloud/*' -prune -type d ! -name common ! -name sms -exec rm -rf {} +
find /opt/elastalert -path '*/botocore/data/*' -prune -type d -exec rm -rf {} +
python3 -m compileall -q -j 0 /opt/elastalert /opt/sigma

id siem >/dev/null 2>&1 || useradd --system --home-dir /var/lib/siem --shell /usr/sbin/nologin --groups syslog siem
install -d -m 0755 /etc/elastalert /etc/elastalert/rules
cp -R "$BUILD/files/usr" /
cp -R "$BUILD/files/etc/sigma" /etc/
install -m 0644 "$BUILD"/files/etc/systemd/system/*.service "$BUILD"/files/etc/systemd/system/*.timer /etc/systemd/system/
# No image without rules that can be read.
siem-convert
systemctl enable elastalert.service siem-intake.service siem-tidy.timer

apt-get autoremove -y --purge -o APT::AutoRemove::RecommendsImportant=false -o APT::AutoRemove::SuggestsImportant=false
apt-get clean
rm -rf /var/lib/apt/lists/* /var/cache/debconf/*-old /var/log/apt /var/log/*.log
