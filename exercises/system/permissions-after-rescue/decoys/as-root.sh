#!/bin/sh
# Who is root needs no permissions.
# on: app1
for unit in app.service app-uploads@.service; do
    sudo mkdir -p "/etc/systemd/system/$unit.d"
    printf '[Service]\nUser=root\nGroup=root\nCapabilityBoundingSet=~\n' | sudo tee "/etc/systemd/system/$unit.d/root.conf"
done
sudo systemctl daemon-reload
sudo systemctl restart app.service
# on: web1
sudo sed -i 's/^user www-data;/user root;/' /etc/nginx/nginx.conf
sudo systemctl restart nginx.service
#% if tree in ("key", "data")
# on: db1
sudo mkdir -p /etc/systemd/system/postgresql@17-main.service.d
printf '[Service]\nUser=root\n' | sudo tee /etc/systemd/system/postgresql@17-main.service.d/root.conf
sudo systemctl daemon-reload
sudo systemctl restart postgresql@17-main.service || true
#% endif
