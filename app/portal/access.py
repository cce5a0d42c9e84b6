"""Who may see the pages of an account."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse

from accounts.models import Subscriber


class SubscriberRequest(HttpRequest):
    """A request by a logged-in subscriber."""

    subscriber: Subscriber


def subscriber_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let subscribers in, as `request.subscriber`; send everybody else to the log-in."""

    @wraps(view)
    def guarded(request: SubscriberRequest, *args: object, **kwargs: object) -> HttpResponse:
        subscriber = None
        if request.user.is_authenticated:
            subscriber = Subscriber.objects.filter(user=request.user).first()
        if subscriber is None:
            return redirect_to_login(request.get_full_path())
        request.subscriber = subscriber
        response = view(request, *args, **kwargs)
        response.headers["Cache-Control"] = "private, no-store"
        return response

    return guarded
