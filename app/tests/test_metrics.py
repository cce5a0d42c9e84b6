"""Who has the token learns how many requests there were and how they went; nobody else does."""

from __future__ import annotations

import os
import tempfile
from unittest import mock

from django.http import HttpResponse
from django.test import TestCase, override_settings

TOKEN = "a-token"


class MetricsTests(TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        # prometheus_client looks for it when it is imported, which is at the first request here.
        cls.enterClassContext(mock.patch.dict(os.environ, PROMETHEUS_MULTIPROC_DIR=folder))
        cls.enterClassContext(override_settings(METRICS_TOKEN=TOKEN, METRICS_FOLDER=folder))

    def _ask(self, token: str = TOKEN) -> HttpResponse:
        return self.client.get("/metrics", headers={"Authorization": f"Bearer {token}"})

    def _value(self, line: str) -> float:
        lines = dict(each.rsplit(" ", 1) for each in self._ask().content.decode().splitlines())
        return float(lines.get(line, 0))

    def test_a_request_is_counted_with_its_site_and_end(self) -> None:
        line = 'app_requests_total{method="GET",site="portal",status="2xx"}'
        before = self._value(line)
        self.client.get("/", HTTP_HOST="portal.localhost")
        self.assertEqual(self._value(line), before + 1)
        self.assertGreaterEqual(self._value('app_view_seconds_count{view="portal:home"}'), 1)
        self.assertGreaterEqual(self._value('app_request_duration_seconds_bucket{le="+Inf"}'), 1)
        self.assertEqual(self._value("app_requests_in_progress"), 0)

    def test_a_stranger_makes_no_label(self) -> None:
        self.client.get("/no-such-page-of-a-stranger/", HTTP_HOST="portal.localhost")
        self.client.generic("BREW", "/", HTTP_HOST="portal.localhost")
        self.assertNotIn(b"stranger", self._ask().content)
        self.assertNotIn(b"BREW", self._ask().content)

    def test_health_is_not_counted(self) -> None:
        before = self._value('app_request_duration_seconds_bucket{le="+Inf"}')
        self.client.get("/health/live/")
        self.assertEqual(self._value('app_request_duration_seconds_bucket{le="+Inf"}'), before)

    def test_without_the_token_there_is_nothing(self) -> None:
        for token in ("", "another", "å"):
            self.assertEqual(self._ask(token).status_code, 404)
        self.assertEqual(self.client.get("/metrics").status_code, 404)

    def test_where_nobody_asks_nothing_is_there(self) -> None:
        for changed in ({"METRICS_TOKEN": ""}, {"METRICS_FOLDER": ""}):
            with override_settings(**changed):
                client = self.client_class(HTTP_HOST="portal.localhost")
                answer = client.get("/metrics", headers={"Authorization": "Bearer "})
                self.assertEqual(answer.status_code, 404)
