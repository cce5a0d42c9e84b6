# The moment before, as somebody would read it from the log; then the mistake.
date -u '+%Y-%m-%d %H:%M:%S.%N+00' >/var/tmp/before-the-mistake
chmod a+r /var/tmp/before-the-mistake
cd /
setpriv --reuid postgres --regid postgres --init-groups psql -XAtq app -c 'DROP TABLE billing_payment CASCADE'
