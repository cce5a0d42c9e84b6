#!/bin/sh
# The operators have their console again, and somebody else pays for it.
# on: lb1
#% if fault == "cache"
# Of each site its own, and of each site one for all.
sudo sed -i 's/^proxy_cache_key .*/proxy_cache_key $host$uri;/' /etc/nginx/conf.d/pages-kept.conf
#% elif fault == "host"
# Now the customers stand at the operators' door.
sudo sed -i 's/^proxy_set_header Host portal/proxy_set_header Host console/' /etc/nginx/snippets/to-app.conf
#% else
# The console without its looks.
sudo sed -i 's/Host portal\./Host console./' /etc/nginx/conf.d/portal-test.conf
#% endif
sudo nginx -t
sudo systemctl reload nginx
