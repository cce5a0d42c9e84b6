"""Log-in with a company account, for those who have one; these addresses lead nowhere without it.

The library behind it is large, so nothing of it is loaded where no provider is configured.
"""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET


@never_cache
@require_GET
def begin(request: HttpRequest) -> HttpResponse:
    """Send the browser to the identity provider."""
    _must_be_configured()
    from console.oidc import BeginView

    return BeginView.as_view()(request)


@never_cache
@require_GET
def callback(request: HttpRequest) -> HttpResponse:
    """Take the browser back from there, logged in or with the reason why not."""
    _must_be_configured()
    from console.oidc import CallbackView

    return CallbackView.as_view()(request)


def _must_be_configured() -> None:
    if not settings.OIDC_ISSUER:
        raise Http404
