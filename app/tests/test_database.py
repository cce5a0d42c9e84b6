"""Who waits for a database asks whether it is there; a long statement is left alone."""

from __future__ import annotations

import socket
import threading
from collections.abc import Generator
from types import SimpleNamespace
from typing import Any
from unittest import mock

import psycopg
from django.test import SimpleTestCase

from subscribers.database import base

NOTHING, SOMETHING = 0, 1


def statement() -> Generator[str, Any, list[Any]]:
    """A wait of psycopg's: twice for reading, and the rows."""
    seen = [(yield "read")]
    while seen[-1] != SOMETHING:
        seen.append((yield "read"))
    return seen


class OrderTest(SimpleTestCase):
    def test_the_server_that_was_taken_last_is_asked_first(self) -> None:
        self.enterContext(mock.patch.dict(base._taken, clear=True))
        wrapper = base.DatabaseWrapper({"OPTIONS": {}}, alias="default")
        answered = SimpleNamespace(info=SimpleNamespace(host="db2"))
        asked: list[str] = []

        def connect(_wrapper: object, params: dict[str, str]) -> SimpleNamespace:
            asked.append(params["host"])
            return answered

        parent = "django.db.backends.postgresql.base.DatabaseWrapper.get_new_connection"
        with mock.patch(parent, connect):
            for _ in range(2):
                wrapper.get_new_connection({"host": "db1,db2,db3"})
        self.assertEqual(asked, ["db1,db2,db3", "db2,db1,db3"])


class SilenceTest(SimpleTestCase):
    def setUp(self) -> None:
        self.enterContext(mock.patch.multiple(base, SILENT_S=0.0, HELLO_S=0.2))
        self.listener = self.enterContext(socket.create_server(("127.0.0.1", 0)))
        self.finished = mock.Mock()
        self.server = SimpleNamespace(
            host=b"db1",
            hostaddr=b"127.0.0.1",
            port=str(self.listener.getsockname()[1]).encode(),
            finish=self.finished,
        )

    def waits(self) -> Generator[Any, Any, Any]:
        gen = base._while_there(statement(), self.server)
        self.assertEqual(next(gen), "read")
        return gen

    def test_a_server_that_takes_connections_and_says_nothing_is_given_up(self) -> None:
        with self.assertRaisesMessage(psycopg.OperationalError, "db1 is silent"):
            self.waits().send(NOTHING)
        self.finished.assert_called_once()

    def test_a_server_that_is_not_there_is_given_up(self) -> None:
        self.listener.close()
        with self.assertRaisesMessage(psycopg.OperationalError, "db1 is silent"):
            self.waits().send(NOTHING)

    def test_a_server_that_is_there_may_take_its_time(self) -> None:
        said: list[bytes] = []

        def serve() -> None:
            connection, _ = self.listener.accept()
            with connection:
                said.append(connection.recv(8))
                connection.sendall(b"S")

        thread = threading.Thread(target=serve)
        thread.start()
        gen = self.waits()
        self.assertEqual(gen.send(NOTHING), "read")
        thread.join()
        with self.assertRaises(StopIteration) as done:
            gen.send(SOMETHING)
        self.assertEqual(done.exception.value, [NOTHING, SOMETHING])
        self.assertEqual(said, [base.HELLO])
        self.finished.assert_not_called()

    def test_nobody_is_asked_while_answers_come(self) -> None:
        with mock.patch.object(base, "_says_hello") as asked, self.assertRaises(StopIteration):
            self.waits().send(SOMETHING)
        asked.assert_not_called()
