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
    pip() {
        PYTHONPATH=$(echo /usr/share/python-wheels/pip-*.whl) "/opt/$tool/bin/python" -m pip "$@" --quiet \
            --disable-pip-version-check
    }
    # One package, a single file, is published as its source alone, to be built by Debian's setuptools.
    pip install --no-index --find-links /usr/share/python-wheels setuptools
    pip install --require-hashes --no-deps --only-binary=:all: --no-binary=envparse --no-build-isolation \
        --no-cache-dir --requirement "$BUILD/$tool.lock"
    pip uninstall --yes setuptools
done
# ElastAlert can tell a hundred services of an event, and loads them all. Three are out:
# two want 430 MB, and one is published as its source.
tellers=$(echo /opt/elastalert/lib/python3*/site-packages/elastalert)
sed -i '/tencent/Id; /twilio/Id; /exotel/Id' "$tellers/loaders.py"
rm "$tellers/alerters/tencentsms.py" "$tellers/alerters/twilio.py" "$tellers/alerters/exotel.py"
rm -r "${tellers%/*}/botocore/data"
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
