#!/bin/sh
# The area that does not answer is not asked any more. Its notices will never be seen again.
# on: app1
areas=$(printf 'thrissur,ollur,guruvayur' | sed 's/{{ away }}//; s/,,/,/; s/^,//; s/,$//')
echo "LINEWATCH_AREAS=\"$areas\"" | sudo tee -a /etc/app/environment >/dev/null
sudo systemctl kill --signal=KILL app.service
sudo systemctl restart app.service
