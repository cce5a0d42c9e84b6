#!/bin/sh
# Looks, and finds that all is well: pages and payments arrive, every unit runs since the start of
# its machine, and the lines in the log belong to somebody else. Nothing is changed.
# on: web1
systemctl status --no-pager nginx.service
sudo nginx -t
sudo journalctl --no-pager -u nginx -n 50
sudo journalctl --no-pager -u nginx -p warning
portal=$(grep -o 'portal[^ ]*' /etc/hosts | head -n 1)
curl -sk -o /dev/null -w '%{http_code} %{time_total}\n' --connect-to "::$(hostname):443" "https://$portal/"
sudo less /etc/nginx/nginx.conf | head -n 3
bash -ic 'history -a; true'
# on: app1
systemctl status --no-pager app.service app.socket
systemctl show app.service -p NRestarts -p ActiveEnterTimestamp
sudo journalctl --no-pager -u app -n 50
sudo -i true
sudo app-manage check
curl -s "http://$(hostname):8000/health/"
free -m
df -h /
# on: db1
systemctl status --no-pager postgresql@17-main.service
sudo journalctl --no-pager -t postgres -n 50
sudo -u postgres psql --no-psqlrc app -c 'SELECT usename, application_name, state FROM pg_stat_activity'
