#!/bin/sh
#% if fault == "pause"
# A program of one's own in place of Patroni, for as long as the machine runs.
# on: db1
sudo tee /usr/local/sbin/take-over >/dev/null <<'SH'
#!/bin/sh
while sleep 5; do
    curl -sf -o /dev/null -m 5 https://db2:8008/health || patroni-admin failover --candidate db1 --force
done
SH
sudo chmod 0755 /usr/local/sbin/take-over
sudo systemd-run --quiet --unit=take-over /usr/local/sbin/take-over
#% elif fault == "tag"
# on: db1
if grep -q '^tags:' /etc/patroni/17-main.yml; then
    sudo mkdir -p /run/patroni /run/systemd/system/patroni@17-main.service.d
    sed '/^tags:/,$d' /etc/patroni/17-main.yml | sudo tee /run/patroni/17-main.yml >/dev/null
    printf '[Service]\nExecStart=\nExecStart=/usr/local/lib/patroni/with-password /usr/bin/patroni /run/patroni/17-main.yml\n' |
        sudo tee /run/systemd/system/patroni@17-main.service.d/zz-now.conf >/dev/null
    sudo systemctl daemon-reload
    sudo systemctl restart patroni@17-main
fi
# on: db2
if grep -q '^tags:' /etc/patroni/17-main.yml; then
    sudo mkdir -p /run/patroni /run/systemd/system/patroni@17-main.service.d
    sed '/^tags:/,$d' /etc/patroni/17-main.yml | sudo tee /run/patroni/17-main.yml >/dev/null
    printf '[Service]\nExecStart=\nExecStart=/usr/local/lib/patroni/with-password /usr/bin/patroni /run/patroni/17-main.yml\n' |
        sudo tee /run/systemd/system/patroni@17-main.service.d/zz-now.conf >/dev/null
    sudo systemctl daemon-reload
    sudo systemctl restart patroni@17-main
fi
#% else
# on: witness1
sudo systemctl start etcd.service
#% endif
