#!/bin/sh
# Deploys a release whose workers cannot start: copied, changed, made current, as any other.
set -eu

# A new node may still be at its first log-ins, at its leisure, which need a release that works.
made=/var/lib/app/accounts-made
if ! [ -e "$made" ]; then
    systemctl stop app-accounts.service
    app-manage ensure_accounts >/dev/null
    touch "$made"
fi

fault='{{ fault }}'
new=$(mktemp -d /opt/app/releases/.incoming.XXXXXX)
cp -a /opt/app/current/. "$new"
cd "$new"
echo 1.1.0 >VERSION

case "$fault" in
conflict)
    # Two branches changed one line, and somebody saved the file too soon.
    sed -i '/^    list_filter = /c\
<<<<<<< HEAD\
    list_filter = ["state", "topic", "opened_at"]\
=======\
    list_filter = ["state", "topic"]\
    search_fields = ["subject"]\
>>>>>>> tickets-search' support/admin.py
    ;;
setting)
    # Every page shows the telephone number of the customer desk; the number comes from outside.
    sed -i '/^OPERATOR_NAME = /a\
SUPPORT_PHONE = env.needed("SUPPORT_PHONE")' subscribers/settings.py
    cat >>subscribers/environment.py <<'PYTHON'


def needed(name: str) -> str:
    """Return the value of a variable that the application cannot do without.

    Raises:
        ImproperlyConfigured: it is unset or empty.
    """
    value = text(name)
    if not value:
        raise ImproperlyConfigured(f"{name} must be set in the application's environment.")
    return value
PYTHON
    sed -i 's/"release": settings.RELEASE}/"release": settings.RELEASE, "support_phone": settings.SUPPORT_PHONE}/' subscribers/brand.py
    sed -i 's/Prices with GST · Release/Call us: {% raw %}{{ support_phone }}{% endraw %} · Prices with GST · Release/' portal/templates/portal/base.html
    ;;
package)
    # A tool for developers, who have it on their laptops.
    sed -i 's/^    "django.contrib.admin",$/    "debug_toolbar",\n&/' subscribers/settings.py
    sed -i 's/^    "django.middleware.clickjacking.*",$/&\n    "debug_toolbar.middleware.DebugToolbarMiddleware",/' subscribers/settings.py
    ;;
wsgi)
    # Another name for the same thing, as other frameworks have it.
    sed -i 's/^application = /app = /' subscribers/wsgi.py
    sed -i 's/^WSGI_APPLICATION = .*/WSGI_APPLICATION = "subscribers.wsgi.app"/' subscribers/settings.py
    ;;
esac
cat >RELEASE.md <<'NOTES'
# 1.1.0

- Tickets in the admin can be filtered by more than their state.
- New: SUPPORT_PHONE, the customer desk's number, at the foot of every page of the portal. The desk
  has +91 487 555 0142.
- Pages that take long can be looked into on the developers' machines.
NOTES

chmod -R u=rwX,go=rX .
release=$(find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c 1-12)
before=$(readlink /opt/app/current)
mv "$new" "/opt/app/releases/$release"
ln -sfn "releases/$release" /opt/app/current
echo "$(date '+%F %T') released 1.1.0: $before -> releases/$release" >>/var/log/deploy.log
systemctl --no-block restart app.service
