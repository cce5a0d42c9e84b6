"""Health tells the truth, to anybody, at once."""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor
from unittest import mock

from django.db import OperationalError
from django.test import TestCase, override_settings


class HealthTests(TestCase):
    def test_up(self) -> None:
        with override_settings(MEDIA_ROOT="/tmp"):
            response = self.client.get("/health/", HTTP_HOST="10.1.2.3:8000")
        body = response.json()
        self.assertEqual((response.status_code, body["status"]), (200, "ok"))
        self.assertEqual(body["dependencies"]["database"]["state"], "up")
        self.assertGreaterEqual(body["dependencies"]["database"]["latency_ms"], 0)
        self.assertTrue(body["node"] and body["version"])
        self.assertEqual(response.headers["Cache-Control"], "no-store")

    def test_down(self) -> None:
        gone = OperationalError("connection refused")
        with mock.patch("subscribers.health._ask_database", side_effect=gone):
            response = self.client.get("/health/")
        database = response.json()["dependencies"]["database"]
        self.assertEqual((response.status_code, response.json()["status"]), (503, "unavailable"))
        self.assertEqual(database["state"], "down")
        self.assertIn("connection refused", database["detail"])

    def test_a_standby_takes_no_writes(self) -> None:
        with mock.patch("subscribers.health._ask_database", return_value=True):
            response = self.client.get("/health/")
        self.assertEqual(response.status_code, 503)
        self.assertEqual(response.json()["dependencies"]["database"]["state"], "read-only")

    def test_a_database_that_is_set_read_only_takes_no_writes(self) -> None:
        cursor = mock.MagicMock()
        cursor.fetchone.side_effect = lambda: [
            "transaction_read_only" in cursor.execute.call_args.args[0]
        ]
        fresh = mock.MagicMock(vendor="postgresql")
        fresh.cursor.return_value.__enter__.return_value = cursor
        with mock.patch("subscribers.health.connection.copy", return_value=fresh):
            response = self.client.get("/health/")
        self.assertEqual(response.status_code, 503)
        self.assertEqual(response.json()["dependencies"]["database"]["state"], "read-only")

    def test_without_the_upload_folder_it_is_degraded_only(self) -> None:
        with override_settings(MEDIA_ROOT="/nowhere"):
            response = self.client.get("/health/")
        self.assertEqual((response.status_code, response.json()["status"]), (200, "degraded"))

    def mail_says(self, greeting: bytes | None) -> dict[str, object]:
        """Return what health says of a mail server with that greeting, or of none."""
        server = socket.create_server(("127.0.0.1", 0), backlog=1)
        self.addCleanup(server.close)
        host, port = server.getsockname()
        if greeting is None:
            server.close()
        with (
            override_settings(EMAIL_HOST=host, EMAIL_PORT=port, MEDIA_ROOT="/tmp"),
            mock.patch("subscribers.health.MAIL_S", 0.2),
            ThreadPoolExecutor(1) as threads,
        ):
            if greeting:
                threads.submit(lambda: server.accept()[0].sendall(greeting))
            response = self.client.get("/health/")
        self.assertEqual(response.status_code, 200, "mail is not needed")
        return {**response.json()["dependencies"]["mail"], "status": response.json()["status"]}

    def test_a_mail_server_that_greets_is_up(self) -> None:
        said = self.mail_says(b"220 mail1 ESMTP\r\n")
        self.assertEqual((said["state"], said["status"]), ("up", "ok"))

    def test_without_its_mail_server_it_is_degraded_only(self) -> None:
        for greeting, detail in (
            (None, "refused"),
            (b"", "timed out"),
            (b"554 no\r\n", "it says 554"),
        ):
            with self.subTest(greeting=greeting):
                said = self.mail_says(greeting)
                self.assertEqual((said["state"], said["status"]), ("down", "degraded"))
                self.assertIn(detail, said["detail"])

    def test_where_no_mail_is_sent_it_is_not_asked_for(self) -> None:
        response = self.client.get("/health/")
        self.assertNotIn("mail", response.json()["dependencies"])

    def test_live_asks_nobody(self) -> None:
        with self.assertNumQueries(0), mock.patch("subscribers.health._database") as database:
            response = self.client.get("/health/live/", HTTP_HOST="anything")
        self.assertEqual((response.status_code, response.json()["status"]), (200, "live"))
        database.assert_not_called()
