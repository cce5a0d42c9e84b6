"""Pages come from the replica, unless they would show somebody less than he has written."""

from __future__ import annotations

from contextlib import ExitStack
from unittest import mock

from django.contrib.sessions.models import Session
from django.core.exceptions import MiddlewareNotUsed
from django.db import OperationalError, connections
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory, SimpleTestCase, TestCase

from accounts.models import Subscriber
from subscribers import replica
from subscribers.replica import PRIMARY, REPLICA, ReplicaMiddleware, ReplicaRouter

router = ReplicaRouter()


class ReplicaTestCase(SimpleTestCase):
    """A replica is configured, and answers."""

    def setUp(self) -> None:
        stack = self.enterContext(ExitStack())
        databases = {**connections.databases, REPLICA: connections.databases[PRIMARY]}
        stack.enter_context(mock.patch.dict(connections.databases, databases))
        self.usable = stack.enter_context(mock.patch.object(replica, "usable", return_value=True))

    def ask(self, method: str = "GET", path: str = "/", write: bool = False, **cookies: str):
        """Return where a request reads subscribers from, at its end, and its response."""
        seen: list[str] = []

        def view(request: HttpRequest) -> HttpResponse:
            if write:
                router.db_for_write(Subscriber)
            seen.append(router.db_for_read(Subscriber))
            return HttpResponse()

        request = RequestFactory().generic(method, path)
        request.COOKIES.update(cookies)
        response = ReplicaMiddleware(view)(request)
        return seen[0], response


class WhereReadsGoTests(ReplicaTestCase):
    def test_a_page_is_read_from_the_replica(self) -> None:
        self.assertEqual(self.ask()[0], REPLICA)

    def test_what_may_write_reads_from_the_primary(self) -> None:
        self.assertEqual(self.ask("POST")[0], PRIMARY)

    def test_the_api_reads_from_the_primary(self) -> None:
        self.assertEqual(self.ask(path="/api/payments/key-1/")[0], PRIMARY)

    def test_after_a_write_the_same_request_reads_from_the_primary(self) -> None:
        self.assertEqual(self.ask(write=True)[0], PRIMARY)

    def test_after_a_write_the_browser_reads_from_the_primary_for_a_while(self) -> None:
        cookie = self.ask("POST", write=True)[1].cookies[replica.PINNED_COOKIE]
        self.assertEqual(cookie["max-age"], replica.PINNED_S)
        self.assertEqual(self.ask(**{replica.PINNED_COOKIE: cookie.value})[0], PRIMARY)

    def test_without_a_write_there_is_no_cookie(self) -> None:
        for response in (self.ask()[1], self.ask("POST")[1]):
            self.assertNotIn(replica.PINNED_COOKIE, response.cookies)

    def test_who_is_logged_in_is_never_stale(self) -> None:
        replica._reads.set(REPLICA)
        self.addCleanup(replica._reads.set, PRIMARY)
        self.assertEqual(router.db_for_read(Session), PRIMARY)

    def test_the_primary_stands_in_for_a_replica_that_is_away(self) -> None:
        self.usable.return_value = False
        self.assertEqual(self.ask()[0], PRIMARY)

    def test_outside_of_a_request_everything_is_read_from_the_primary(self) -> None:
        self.ask()
        self.assertEqual(router.db_for_read(Subscriber), PRIMARY)

    def test_only_the_primary_is_migrated(self) -> None:
        self.assertEqual(
            [router.allow_migrate(db, "accounts") for db in (PRIMARY, REPLICA)], [1, 0]
        )


class UsableTests(SimpleTestCase):
    def test_one_that_does_not_answer_is_left_alone_for_a_while(self) -> None:
        gone = mock.MagicMock()
        gone.ensure_connection.side_effect = OperationalError("connection refused")
        with (
            mock.patch.object(replica, "connections", {REPLICA: gone}),
            mock.patch.object(replica, "_away_until", 0.0),
            self.assertLogs("subscribers.replica", "WARNING"),
        ):
            self.assertFalse(replica.usable())
            self.assertFalse(replica.usable())
        gone.ensure_connection.assert_called_once_with()


class WithoutReplicaTests(SimpleTestCase):
    def test_nothing_is_decided(self) -> None:
        with self.assertRaises(MiddlewareNotUsed):
            ReplicaMiddleware(mock.Mock())


class HealthTests(TestCase):
    def health(self, **answer: object):
        with (
            mock.patch("subscribers.health.replica.configured", return_value=True),
            mock.patch("subscribers.health._ask_replica", **answer),
        ):
            response = self.client.get("/health/")
        return response.status_code, response.json()["dependencies"]["replica"]

    def test_a_standby_is_up(self) -> None:
        status, found = self.health(return_value=True)
        self.assertEqual((status, found["state"], found["needed"]), (200, "up", False))

    def test_without_it_the_application_still_is_healthy(self) -> None:
        for answer in ({"side_effect": OperationalError("refused")}, {"return_value": False}):
            status, found = self.health(**answer)
            self.assertEqual((status, found["state"]), (200, "down"))
