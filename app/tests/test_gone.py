"""What is no longer wanted is not done."""

from __future__ import annotations

import socket

from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory, SimpleTestCase

from subscribers.middleware import GoneMiddleware


class GoneTest(SimpleTestCase):
    """Whose client has gone gets nothing done; everybody else does."""

    def setUp(self) -> None:
        self.client_end, self.server_end = socket.socketpair()
        self.addCleanup(self.client_end.close)
        self.addCleanup(self.server_end.close)
        self.done: list[HttpRequest] = []
        self.middleware = GoneMiddleware(self.view)

    def view(self, request: HttpRequest) -> HttpResponse:
        self.done.append(request)
        return HttpResponse()

    def ask(self, **environ: object) -> int:
        return self.middleware(RequestFactory().get("/", **environ)).status_code

    def test_a_client_who_waits_is_served(self) -> None:
        self.client_end.sendall(b"the next request")
        self.assertEqual(self.ask(**{"gunicorn.socket": self.server_end}), 200)
        self.assertEqual(self.ask(), 200)
        self.assertEqual(len(self.done), 2)

    def test_nothing_is_done_for_a_client_who_has_gone(self) -> None:
        self.client_end.sendall(b"not read yet")
        self.client_end.close()
        self.assertEqual(self.ask(**{"gunicorn.socket": self.server_end}), 499)
        self.assertEqual(self.done, [])
