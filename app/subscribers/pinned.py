"""Where several servers take writes, each site has its own.

Two that change the same row at the same moment would not hear of each other in time. What is done
outside of requests, by workers and commands, is done where the first site does it.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import DEFAULT_DB_ALIAS, connections
from django.http import HttpRequest, HttpResponse

from subscribers.middleware import site_of


class PinnedMiddleware:
    """Let the connection that everything uses be, for one request, that of the request's site.

    Sites share their threads, and code that opens a transaction need not know of servers: so it
    is the connection that changes, not the name by which it is asked for.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not set(settings.SITE_URLCONFS) & set(connections.databases):
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        site = site_of(request)
        if site not in settings.SITE_URLCONFS or site not in connections.databases:
            return self.get_response(request)
        usual = connections[DEFAULT_DB_ALIAS]
        connections[DEFAULT_DB_ALIAS] = connections[site]
        try:
            return self.get_response(request)
        finally:
            connections[DEFAULT_DB_ALIAS] = usual
