"""Counters for a monitoring system: how many requests, how long, how they ended, how many at once.

Several processes answer requests; each keeps its counters in files of `PROMETHEUS_MULTIPROC_DIR`,
and whichever is asked adds up all of them (prometheus_client's multiprocess mode). Without that
folder or without a token nothing is counted, and the address does not exist.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from hmac import compare_digest

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse

PATH = "/metrics"
UNCOUNTED = (PATH, "/health/", "/health/live/")


class MetricsMiddleware:
    """Count each request, and give the counters to who has the token."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not (settings.METRICS_TOKEN and settings.METRICS_FOLDER):
            raise MiddlewareNotUsed
        # Looks for the folder when it is imported, and is not loaded where nobody asks.
        from prometheus_client import Counter, Gauge, Histogram, Summary

        self.get_response = get_response
        # Few labels: each combination is a line for each node.
        self.requests = Counter(
            "app_requests", "Requests answered.", ["site", "method", "status"], registry=None
        )
        self.duration = Histogram(
            "app_request_duration_seconds",
            "Time from request to answer.",
            buckets=(0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
            registry=None,
        )
        self.views = Summary("app_view_seconds", "Time in each view.", ["view"], registry=None)
        self.at_once = Gauge(
            "app_requests_in_progress",
            "Requests being worked on.",
            multiprocess_mode="livesum",
            registry=None,
        )

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info == PATH:
            return answer(request)
        if request.path_info in UNCOUNTED:
            return self.get_response(request)
        started = time.perf_counter()
        self.at_once.inc()
        try:
            response = self.get_response(request)
        finally:
            self.at_once.dec()
        self._count(request, response, time.perf_counter() - started)
        return response

    def _count(self, request: HttpRequest, response: HttpResponse, seconds: float) -> None:
        site = getattr(request, "urlconf", "").partition(".")[0]
        site = site if f"{site}.urls" in settings.SITE_URLCONFS.values() else "other"
        method = request.method if request.method in ("GET", "HEAD", "POST") else "other"
        self.requests.labels(site, method, f"{response.status_code // 100}xx").inc()
        self.duration.observe(seconds)
        # Of an address that does not exist there is no view, and no label made by a stranger.
        match = request.resolver_match
        if match is not None:
            self.views.labels(f"{site}:{match.view_name}").observe(seconds)


def answer(request: HttpRequest) -> HttpResponse:
    """Return all processes' counters, or 404 to who does not show the token."""
    given = request.headers.get("Authorization", "")
    if not compare_digest(given.encode(), f"Bearer {settings.METRICS_TOKEN}".encode()):
        return HttpResponse(status=404)
    from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
    from prometheus_client.multiprocess import MultiProcessCollector

    registry = CollectorRegistry()
    MultiProcessCollector(registry, path=settings.METRICS_FOLDER)
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
