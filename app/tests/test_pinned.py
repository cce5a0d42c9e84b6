"""Each site has a database server of its own, where there are several."""

from __future__ import annotations

from unittest import mock

from django.core.exceptions import MiddlewareNotUsed
from django.db import connection, connections
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory, SimpleTestCase

from subscribers.pinned import PinnedMiddleware
from tests.things import CONSOLE, PORTAL, on_both_sites


@on_both_sites
class PinnedTests(SimpleTestCase):
    def setUp(self) -> None:
        usual = connections.databases["default"]
        databases = {**connections.databases, "portal": usual, "console": usual}
        self.enterContext(mock.patch.dict(connections.databases, databases))

    def ask(self, **host: str) -> str:
        """Return by whose connection a request asks."""
        seen: list[str] = []

        def view(request: HttpRequest) -> HttpResponse:
            seen.append(connection.alias)
            return HttpResponse()

        PinnedMiddleware(view)(RequestFactory().get("/", **host))
        return seen[0]

    def test_each_site_has_its_own_and_only_within_a_request(self) -> None:
        self.assertEqual(self.ask(**PORTAL), "portal")
        self.assertEqual(self.ask(**CONSOLE), "console")
        self.assertEqual(connection.alias, "default")

    def test_another_host_has_the_usual_one(self) -> None:
        self.assertEqual(self.ask(HTTP_HOST="other.test.localhost"), "default")

    def test_after_trouble_it_is_the_usual_one_again(self) -> None:
        def broken(request: HttpRequest) -> HttpResponse:
            raise RuntimeError

        with self.assertRaises(RuntimeError):
            PinnedMiddleware(broken)(RequestFactory().get("/", **CONSOLE))
        self.assertEqual(connection.alias, "default")


class OneServerTests(SimpleTestCase):
    def test_where_there_is_one_server_nothing_is_done(self) -> None:
        with self.assertRaises(MiddlewareNotUsed):
            PinnedMiddleware(lambda request: HttpResponse())
