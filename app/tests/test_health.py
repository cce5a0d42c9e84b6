"""Health tells the truth, to anybody, at once."""

from __future__ import annotations

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

    def test_live_asks_nobody(self) -> None:
        with self.assertNumQueries(0), mock.patch("subscribers.health._database") as database:
            response = self.client.get("/health/live/", HTTP_HOST="anything")
        self.assertEqual((response.status_code, response.json()["status"]), (200, "live"))
        database.assert_not_called()
