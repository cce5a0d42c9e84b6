#!/bin/sh
# A second for each area, once; then the page comes without its notice. On app1, `ss -tnp` shows
# Gunicorn with connections to 127.0.0.1:9100, and they are in portal/notices.py.
# on: app1
#% if fault == "none"
sudo sed -i 's|^\( *with urlopen(.*/{area}"\)) as answer:|\1, timeout=1) as answer:|' /opt/app/current/portal/notices.py
#% elif fault == "setting"
sudo sed -i 's/^LINEWATCH_TIMEOUT_S=.*/LINEWATCH_TIMEOUT_S="1"/' /etc/app/environment
#% else
sudo sed -i -e 's/timeout=2/timeout=1/' -e '/time.sleep/d' /opt/app/current/portal/notices.py
echo 'LINEWATCH_ATTEMPTS="1"' | sudo tee -a /etc/app/environment >/dev/null
#% endif
# Threads that wait would hold the restart up until Gunicorn gives up on them.
sudo systemctl kill --signal=KILL app.service
sudo systemctl restart app.service
