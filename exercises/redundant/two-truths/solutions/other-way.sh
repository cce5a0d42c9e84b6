#!/bin/sh
# As good as the first way, by other means: the payments that db1 has are sent once more, as their payers
# would have done it. The application knows those that it has, and settles the bills of the others.
# on: app1
sudo systemctl stop app.socket app.service
# on: app2
sudo systemctl stop app.socket app.service
# on: db1
sudo -u postgres psql -qAt app <<'SQL' | ssh app1 'cat >/tmp/payments'
SELECT json_build_object('key', p.key, 'subscriber', s.number, 'invoice', i.number,
                         'amount', p.amount::text, 'method', p.method)
  FROM billing_payment AS p JOIN accounts_subscriber AS s ON s.id = p.subscriber_id
  LEFT JOIN billing_invoice AS i ON i.id = p.invoice_id
 WHERE p.received_at > now() - interval '1 day' AND p.key NOT LIKE 'seed-%';
SQL
sudo systemctl stop postgresql@17-main
# on: app2
sudo systemctl start app.socket app.service
# on: app1
sudo systemctl start app.socket app.service
sudo python3 - <<'PY'
import json
import urllib.request

token = open("/etc/app/secrets/api-token").read().strip()
for line in open("/tmp/payments"):
    payment = {name: value for name, value in json.loads(line).items() if value is not None}
    headers = {
        "Authorization": f"Bearer {token}",
        "Content-Type": "application/json",
        "Host": "portal.redundant.localhost",
        "Idempotency-Key": payment.pop("key"),
        "X-Forwarded-Proto": "https",
    }
    request = urllib.request.Request(
        "http://app1:8000/api/payments/", json.dumps(payment).encode(), headers, method="POST"
    )
    urllib.request.urlopen(request, timeout=20).read()
PY
#% if fault == "disarmed"
# on: db1
sudo rm /etc/systemd/system/postgresql@17-main.service.d/start-anyway.conf
sudo systemctl daemon-reload
sudo systemctl enable --quiet --now postgresql-fence.service
#% elif fault == "shortlist"
# on: db1
sudo tee -a /etc/postgresql-common/pg_service.conf >/dev/null <<'CONF'

[db2]
host=db2
port=5432
dbname=postgres
user=replicator
sslmode=verify-full
sslrootcert=/etc/ssl/certs/ca-certificates.crt
sslcert=/etc/ssl/barelab/node.crt
sslkey=/etc/ssl/barelab/node.key
connect_timeout=2
CONF
sudo sed -i '/^\[primary\]/,/^host=/s/^host=.*/host=db2,db1/' /etc/postgresql-common/pg_service.conf
#% else
# on: db2
address=$(getent hosts db1 | cut -d ' ' -f 1)
echo "hostssl replication,postgres replicator $address/32 cert map=nodes" | sudo tee -a /etc/postgresql/17/main/pg_hba.conf >/dev/null
sudo sed -i '/192.0.2.11/d' /etc/postgresql/17/main/pg_hba.conf
sudo -u postgres psql -q -o /dev/null -c 'SELECT pg_reload_conf()'
#% endif
# on: db1
sudo rejoin --copy
