# A release that cannot start: it wants a library that nobody has installed here.
readlink /opt/app/current >/run/drill-release
cp -a "$(readlink -f /opt/app/current)" /opt/app/releases/next
echo 'import provider_of_payments' >>/opt/app/releases/next/subscribers/settings.py
touch /opt/app/releases/next
ln -sfn releases/next /opt/app/current
systemctl --no-block restart app.service
