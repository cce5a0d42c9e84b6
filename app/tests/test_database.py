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


class PinnedTest(SimpleTestCase):
    """A site whose own server is db1 connects, now and then."""

    def setUp(self) -> None:
        self.enterContext(mock.patch.dict(base._taken, clear=True))
        self.enterContext(mock.patch.dict(base._own_away_at, clear=True))
        self.clock = self.enterContext(mock.patch.object(base.time, "monotonic", return_value=50.0))
        self.off: set[str] = set()
        self.wrapper = base.DatabaseWrapper({"OPTIONS": {}, "PINNED": True}, alias="default")

    def connect(self) -> list[str]:
        """Return the servers that were asked, the last of which took it."""
        asked: list[str] = []

        def answer(_wrapper: object, params: dict[str, str]) -> SimpleNamespace:
            for host in params["host"].split(","):
                asked.append(host)
                if host not in self.off:
                    break
            return SimpleNamespace(info=SimpleNamespace(host=asked[-1]))

        parent = "django.db.backends.postgresql.base.DatabaseWrapper.get_new_connection"
        with mock.patch(parent, answer):
            self.wrapper.get_new_connection({"host": "db1,db2"})
        return asked

    def test_another_server_is_left_for_the_own_one_after_a_while(self) -> None:
        self.assertEqual(self.connect(), ["db1"])
        self.off = {"db1"}
        self.assertEqual(self.connect(), ["db1", "db2"])
        self.assertEqual(self.wrapper.close_at, 50.0 + base.RETURN_S)
        self.clock.return_value += base.RETURN_S / 2
        self.assertEqual(self.connect(), ["db2"])
        self.clock.return_value += base.RETURN_S / 2
        self.assertEqual(self.connect(), ["db1", "db2"])
        self.off = set()
        self.clock.return_value += base.RETURN_S
        self.assertEqual(self.connect(), ["db1"])

    def test_what_stands_in_goes_away_by_itself_too(self) -> None:
        self.off = {"db1"}
        self.connect()
        self.off = {"db2"}
        self.assertEqual(self.connect(), ["db2", "db1"])


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
