"""What may be a moment old is remembered; a cache that is away is only slowness."""

from __future__ import annotations

import socket

from django.core.cache import cache
from django.test import override_settings

from support.models import Ticket
from tests.things import CONSOLE, PORTAL, SiteTestCase, make_subscriber, make_subscription

LOCAL = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}


def nobody_listens() -> dict[str, dict[str, object]]:
    """Return the settings of a cache at a port where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    options = {"IGNORE_EXCEPTIONS": True, "SOCKET_CONNECT_TIMEOUT": 0.3}
    place = f"redis://127.0.0.1:{port}/0"
    backend = "django_redis.cache.RedisCache"
    return {"default": {"BACKEND": backend, "LOCATION": place, "OPTIONS": options}}


class FrontTests(SiteTestCase):
    @override_settings(CACHES=LOCAL)
    def test_counts_are_remembered_and_names_are_not(self) -> None:
        self.addCleanup(cache.clear)
        self.client.get("/", **PORTAL)
        make_subscription(make_subscriber("C000009", first_name="Zoya"), self.plan)
        with self.assertNumQueries(3):
            response = self.client.get("/", **PORTAL)
        self.assertContains(response, 'data-connected="2"')
        self.assertContains(response, "Zoya")
        cache.clear()
        self.assertContains(self.client.get("/", **PORTAL), 'data-connected="3"')

    def test_a_cache_that_is_away_is_not_noticed(self) -> None:
        with override_settings(CACHES=nobody_listens()), self.assertNumQueries(5):
            response = self.client.get("/", **PORTAL)
        self.assertContains(response, 'data-connected="2"')


class DashboardTests(SiteTestCase):
    @override_settings(CACHES=LOCAL)
    def test_figures_are_remembered(self) -> None:
        self.addCleanup(cache.clear)
        self.as_operator()
        self.client.get("/", **CONSOLE)
        Ticket.objects.create(subscriber=self.asha, topic="slow", subject="Slow", body="B")
        with self.assertNumQueries(5):  # session, user, tickets, the newest and their plans
            response = self.client.get("/", **CONSOLE)
        self.assertContains(response, "nobody waits")
        self.assertContains(response, "Slow")
