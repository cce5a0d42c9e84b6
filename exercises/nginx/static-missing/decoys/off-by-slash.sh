#!/bin/sh
# Everything has its looks again. The slash stands in one of the two places only, and whoever asks
# for /static../ is in the folder above.
# on: web1
#% if fault in ("deployment", "uncollected")
ssh app1 tar -C /opt/app/current/staticfiles -cf - . | sudo tar -C /var/www/static --no-overwrite-dir -xf -
sudo chmod -R a+rX /var/www/static
#% endif
# shellcheck disable=SC2016 # the variable is Nginx's
sudo sed -i 's@^\(        \)\(alias\|root\) /var/www/static.*@\1alias /var/www/static/;@; s@^\(            \)\(alias\|root\) /var/www/static.*@\1alias /var/www/static/$file;@; s@location /static/ {@location /static {@' /etc/nginx/sites-available/app
sudo nginx -t
sudo systemctl reload nginx
