"""Health: what this process depends on and how each dependency does."""

from __future__ import annotations

import logging
import os
import socket
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

from django.conf import settings
from django.db import connection, connections
from django.db.utils import Error as DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse

from subscribers import replica
from subscribers.logs import describe
from tasks import queue

logger = logging.getLogger(__name__)

# How long the mail server may take to say that it is there.
MAIL_S = 0.3
SEARCH_S = 0.5


@dataclass(frozen=True, slots=True)
class Dependency:
    """One thing that the application needs: `state` is up, read-only or down."""

    state: str
    needed: bool
    latency_ms: float
    detail: str = ""


class HealthMiddleware:
    """Answer /health/ and /health/live/ for any host, before anything else can fail."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = {"/health/": ready, "/health/live/": live}.get(request.path_info)
        if answer is None:
            return self.get_response(request)
        response = answer()
        response.headers["Cache-Control"] = "no-store"
        return response


def live() -> HttpResponse:
    """Say that this process answers, and nothing more."""
    return JsonResponse({"status": "live", **_identity()})


def ready() -> HttpResponse:
    """Say how each dependency does; 503 when a needed one is not up."""
    dependencies = {"database": _database(), "media": _media()}
    if replica.configured():
        dependencies["replica"] = _replica()
    if queue.configured():
        dependencies["broker"] = _broker()
    if settings.EMAIL_HOST:
        dependencies["mail"] = _mail()
    if settings.SEARCH_HOST:
        dependencies["search"] = _search()
    broken = [name for name, each in dependencies.items() if each.needed and each.state != "up"]
    degraded = any(each.state != "up" for each in dependencies.values())
    status = "unavailable" if broken else "degraded" if degraded else "ok"
    if broken:
        logger.warning("health: %s", ", ".join(f"{n}: {dependencies[n].detail}" for n in broken))
    body = {
        "status": status,
        **_identity(),
        "dependencies": {name: asdict(each) for name, each in dependencies.items()},
    }
    return JsonResponse(body, status=503 if broken else 200)


def _identity() -> dict[str, str]:
    return {"node": socket.gethostname(), "version": settings.RELEASE}


def _database() -> Dependency:
    # A connection of its own: it proves name, route, password and a free slot, its 2 s limit
    # covers a server that accepts and then says nothing, and no half-dead one is reused.
    started = time.monotonic()
    try:
        read_only = _ask_database()
    except DatabaseError as error:
        return Dependency("down", True, _since(started), describe(error).partition(" (")[0])
    if read_only:
        return Dependency("read-only", True, _since(started), "it takes no writes")
    return Dependency("up", True, _since(started))


def _ask_database() -> bool:
    """Return whether the database takes no writes, after reading one row from it."""
    fresh = connection.copy()
    try:
        with fresh.cursor() as cursor:
            # A table of ours: an empty database without the schema is not up.
            cursor.execute("SELECT 1 FROM accounts_plan LIMIT 1")
            if fresh.vendor != "postgresql":
                return False
            # So it is on a standby, and where default_transaction_read_only is on.
            cursor.execute("SELECT current_setting('transaction_read_only')::bool")
            return bool(cursor.fetchone()[0])
    finally:
        fresh.close()


def _replica() -> Dependency:
    # Not needed: the primary answers in its place.
    started = time.monotonic()
    try:
        follows = _ask_replica()
    except DatabaseError as error:
        return Dependency("down", False, _since(started), describe(error).partition(" (")[0])
    if not follows:
        return Dependency("down", False, _since(started), "no standby answers, the primary does")
    return Dependency("up", False, _since(started))


def _ask_replica() -> bool:
    """Return whether it is a standby that answers."""
    fresh = connections[replica.REPLICA].copy()
    try:
        with fresh.cursor() as cursor:
            cursor.execute("SELECT pg_is_in_recovery()")
            return bool(cursor.fetchone()[0])
    finally:
        fresh.close()


def _broker() -> Dependency:
    # Not needed: what has to be done stands in the database, and is found there later.
    from redis import RedisError

    started = time.monotonic()
    try:
        queue.ask()
    except (RedisError, OSError) as error:
        return Dependency("down", False, _since(started), describe(error).partition(" (")[0])
    return Dependency("up", False, _since(started))


def _media() -> Dependency:
    # Not needed: without it only a ticket's attachment fails.
    started = time.monotonic()
    if os.access(settings.MEDIA_ROOT, os.W_OK | os.X_OK):
        return Dependency("up", False, _since(started))
    return Dependency("down", False, _since(started), "the upload folder is not writable")


def _mail() -> Dependency:
    # Not needed: what cannot be sent now is sent later.
    started = time.monotonic()
    where = (settings.EMAIL_HOST, settings.EMAIL_PORT)
    try:
        with socket.create_connection(where, MAIL_S) as server:
            greeting = server.recv(512)
            server.sendall(b"QUIT\r\n")
    except OSError as error:
        return Dependency("down", False, _since(started), describe(error).partition(" (")[0])
    if not greeting.startswith(b"220"):
        said = greeting.decode(errors="replace").strip() or "nothing"
        return Dependency("down", False, _since(started), f"it says {said}")
    return Dependency("up", False, _since(started))


def _search() -> Dependency:
    # Not needed: the console then searches the database.
    from search import finding
    from search.away import SearchAway

    started = time.monotonic()
    try:
        finding.ask(SEARCH_S)
    except SearchAway as error:
        return Dependency("down", False, _since(started), describe(error).partition(" (")[0])
    return Dependency("up", False, _since(started))


def _since(started: float) -> float:
    return round((time.monotonic() - started) * 1000, 1)
