#!/bin/sh
# Puts right what is wrong with the new release.
# on: app1
cd /opt/app/current || exit
#% if fault == "conflict"
# SyntaxError in support/admin.py, line 18: <<<<<<< HEAD. The second half has all of the first.
sudo sed -i -e '/^<<<<<<< /,/^=======$/d' -e '/^>>>>>>> /d' support/admin.py
#% elif fault == "setting"
# ImproperlyConfigured: SUPPORT_PHONE must be set. RELEASE.md has the number.
echo 'SUPPORT_PHONE="+91 487 555 0142"' | sudo tee -a /etc/app/environment >/dev/null
#% elif fault == "package"
# ModuleNotFoundError: debug_toolbar. It is not in requirements.lock, so it was never meant to be
# here: only the settings name it.
sudo sed -i '/debug_toolbar/d' subscribers/settings.py
#% else
# Failed to find attribute 'application' in 'subscribers.wsgi': there it is called `app` now.
sudo sed -i 's/^wsgi_app = .*/wsgi_app = "subscribers.wsgi:app"/' /etc/app/gunicorn.conf.py
#% endif
sudo app-manage check
sudo systemctl restart app.service
