"""What every request passes: its id, its site, and an honest answer when the database is away."""

from __future__ import annotations

import logging
import re
import select
import socket
import uuid
from collections.abc import Callable

from django.conf import settings
from django.db import DataError, InterfaceError, InternalError, OperationalError, connections
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from subscribers.logs import describe, request_id

logger = logging.getLogger(__name__)
GetResponse = Callable[[HttpRequest], HttpResponse]


class RequestIdMiddleware:
    """Take over the web server's X-Request-ID, or make one, and give it back."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        identity = given if re.fullmatch(r"[\w.:-]{1,64}", given) else uuid.uuid4().hex
        # Not taken back: Django logs a request's end when all middleware is done.
        request_id.set(identity)
        response = self.get_response(request)
        response.headers["X-Request-ID"] = identity
        return response


class GoneMiddleware:
    """Do nothing for a client who has gone while the request waited for a thread.

    Behind a database that was away for long, hundreds wait of whom nobody listens any more; those
    who do would wait for all their answers.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        connection = request.META.get("gunicorn.socket")
        if connection is not None and _has_gone(connection):
            logger.debug("the client of %s has gone", request.path)
            return HttpResponse(status=499)  # as Nginx has it in its log
        return self.get_response(request)


def _has_gone(connection: socket.socket) -> bool:
    poll = select.poll()
    poll.register(connection, select.POLLRDHUP)
    return bool(poll.poll(0))


class HeadMiddleware:
    """Take the body off the answer to HEAD; its length stays in the headers.

    Django leaves this to the server, and Gunicorn warns of each one.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method == "HEAD" and not response.streaming:
            response.headers.setdefault("Content-Length", str(len(response.content)))
            response.content = b""
        return response


class SiteMiddleware:
    """Choose the site by the first label of the Host header."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.urlconf = settings.SITE_URLCONFS.get(site_of(request), settings.ROOT_URLCONF)
        return self.get_response(request)


def site_of(request: HttpRequest) -> str:
    """Return the first label of the Host header, which need not name a site."""
    # get_host() refuses a host outside ALLOWED_HOSTS; Django turns that into a 400.
    return request.get_host().partition(".")[0].lower()


class DatabaseTroubleMiddleware:
    """Answer 503 instead of 500 when the database is away or takes no writes."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, DataError):
            # A text with a NUL, for example, which no honest client sends.
            logger.warning("bad data on %s: %s", request.path, describe(error))
            return bad_data(request)
        if not isinstance(error, (OperationalError, InterfaceError, InternalError)):
            return None
        logger.error("database trouble on %s %s: %s", request.method, request.path, describe(error))
        return database_trouble(request)


def bad_data(request: HttpRequest) -> HttpResponse:
    """Return the 400 answer to data that the database cannot hold."""
    if request.path.startswith("/api/"):
        error = {"code": "data", "message": "The data cannot be stored."}
        return JsonResponse({"error": error}, status=400)
    return render(request, "400.html", status=400)


def database_trouble(request: HttpRequest) -> HttpResponse:
    """Return the 503 answer, and forget the connections so that the next request makes new ones.

    After a failover an old connection may still lead to the former primary, which answers
    but takes no writes.
    """
    for each in connections.all(initialized_only=True):
        if not each.in_atomic_block:
            each.close()
    if request.path.startswith("/api/"):
        response: HttpResponse = JsonResponse(
            {"error": {"code": "database-unavailable", "message": "Try again in a moment."}},
            status=503,
        )
    else:
        response = render(request, "503.html", status=503)
    response.headers["Retry-After"] = "5"
    response.headers["Cache-Control"] = "no-store"
    return response
