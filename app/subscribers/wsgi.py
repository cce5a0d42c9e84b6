"""The WSGI application for Gunicorn."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "subscribers.settings")
application = get_wsgi_application()

if settings.OIDC_ISSUER:
    # Large: loaded once, before Gunicorn forks, and not at somebody's first log-in.
    import console.oidc  # noqa: F401
if settings.SEARCH_HOST:
    import search.finding  # noqa: F401
