"""Reading from a replica where a moment's staleness is harmless: pages, but never the API.

Who is logged in, and what somebody has just written, is always read from the primary.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import connections
from django.db.models import Model
from django.db.utils import Error as DatabaseError
from django.http import HttpRequest, HttpResponse

from subscribers.logs import describe

logger = logging.getLogger(__name__)

PRIMARY, REPLICA = "default", "replica"
# A session or a log-in that is a second old is a wrong one.
NEVER_STALE = {"admin", "auth", "console", "contenttypes", "sessions"}
# Longer than a replica that does well is behind.
PINNED_S = 10
PINNED_COOKIE = "wrote"
# So long nobody else waits for a replica that did not answer.
AWAY_S = 5.0

# Outside of requests, in commands for example, everything is read from the primary.
_reads: ContextVar[str] = ContextVar("reads", default=PRIMARY)
_wrote: ContextVar[bool] = ContextVar("wrote", default=False)
_away_until = 0.0


class ReplicaRouter:
    """Send reads where the request allows it to the replica, and after a write none of them."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str:
        if _reads.get() == PRIMARY or model._meta.app_label in NEVER_STALE:
            return PRIMARY
        if not usable():
            _reads.set(PRIMARY)
        return _reads.get()

    def db_for_write(self, model: type[Model], **hints: Any) -> str:
        _reads.set(PRIMARY)
        _wrote.set(True)
        return PRIMARY

    def allow_relation(self, first: Model, second: Model, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == PRIMARY


class ReplicaMiddleware:
    """Decide for each request whether it may read from the replica.

    A browser that has written carries a cookie for a while and reads from the primary: it sees
    its own changes, whichever application server answers.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not configured():
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        _reads.set(REPLICA if may_be_stale(request) else PRIMARY)
        _wrote.set(False)
        try:
            response = self.get_response(request)
        finally:
            _reads.set(PRIMARY)
        if _wrote.get() and not request.path.startswith("/api/"):
            response.set_cookie(
                PINNED_COOKIE,
                "1",
                max_age=PINNED_S,
                httponly=True,
                secure=settings.SESSION_COOKIE_SECURE,
                samesite="Lax",
            )
        return response


def configured() -> bool:
    """Return whether there is a replica at all."""
    return REPLICA in connections.databases


def may_be_stale(request: HttpRequest) -> bool:
    """Return whether the answer may be a moment behind."""
    safe = request.method in ("GET", "HEAD")
    return safe and PINNED_COOKIE not in request.COOKIES and not request.path.startswith("/api/")


def usable() -> bool:
    """Return whether the replica answers; one that did not is left alone for `AWAY_S` seconds."""
    global _away_until  # noqa: PLW0603 - one for all threads of this process
    if time.monotonic() < _away_until:
        return False
    replica = connections[REPLICA]
    try:
        replica.close_if_health_check_failed()
        replica.ensure_connection()
    except DatabaseError as error:
        _away_until = time.monotonic() + AWAY_S
        logger.warning("replica does not answer, reading from the primary: %s", describe(error))
        return False
    return True
