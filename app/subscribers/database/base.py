"""Django's PostgreSQL, with connections that give a server up which has become silent.

A machine that stands still keeps its connections. Where the kernel below it goes on, everything is
acknowledged, and no setting of TCP ends a wait for an answer that never comes; each thread would
wait until the machine goes on. So who waits long asks, on a connection of its own, whether anybody
is there: a long statement may take its time, a server that does not even say hello has lost us.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Generator
from contextlib import suppress
from types import SimpleNamespace
from typing import Any

import psycopg
from django.db.backends.postgresql import base

# So long an answer may take before we ask, and so long the answer to that.
SILENT_S = 3.0
HELLO_S = 2.0
# The first words of a client that wishes for TLS; any server answers them with a letter.
HELLO = bytes.fromhex("00000008 04d2162f")
YES = b"S"

# So long a site stays with another server than its own before its own is asked again.
RETURN_S = 10.0

# By alias, for all threads of this process: the server that was taken last, and when a site's own
# was asked and did not take it.
_taken: dict[str, str] = {}
_own_away_at: dict[str, float] = {}


class PatientConnection(psycopg.Connection[Any]):
    """A connection that waits for as long as its server is there."""

    def wait(self, gen: Generator[Any, Any, Any], *args: Any, **kwargs: Any) -> Any:
        return super().wait(_while_there(gen, self.pgconn), *args, **kwargs)


class DatabaseWrapper(base.DatabaseWrapper):
    """Of several servers, the one that was taken last is asked first.

    One that is off costs each new connection two seconds; so does it only once in a process. With
    `PINNED` the first is the site's own: the site goes back there, between requests, when it is
    well again.
    """

    Database = SimpleNamespace(**{**vars(psycopg), "connect": PatientConnection.connect})

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        hosts = conn_params.get("host", "").split(",")
        own = hosts[0] if self.settings_dict.get("PINNED") else ""
        if not own or time.monotonic() - _own_away_at.get(self.alias, -RETURN_S) < RETURN_S:
            hosts.sort(key=lambda host: host != _taken.get(self.alias))
        connection = super().get_new_connection({**conn_params, "host": ",".join(hosts)})
        taken = _taken[self.alias] = connection.info.host
        if own and taken != own:
            if hosts[0] == own:
                _own_away_at[self.alias] = time.monotonic()
            # Django looks at it when a request begins or ends, never within a transaction.
            self.close_at = time.monotonic() + RETURN_S
        return connection


def _while_there(gen: Generator[Any, Any, Any], server: Any) -> Generator[Any, Any, Any]:
    """Do what `gen` does, and end it when nothing came for long and the server is silent.

    Raises:
        psycopg.OperationalError: it is; the connection is closed then.
    """
    ready, heard_at = None, time.monotonic()
    while True:
        try:
            wanted = gen.send(ready)
        except StopIteration as done:
            return done.value
        ready = yield wanted
        if not ready and time.monotonic() - heard_at < SILENT_S:
            continue
        if not ready and not _says_hello(server.hostaddr.decode(), int(server.port)):
            host = server.host.decode()
            server.finish()
            raise psycopg.OperationalError(f"{host} is silent: given up")
        heard_at = time.monotonic()


def _says_hello(address: str, port: int) -> bool:
    if not address:  # a socket of this machine: if that stands still, so do we
        return True
    try:
        with socket.create_connection((address, port), HELLO_S) as connection:
            connection.sendall(HELLO)
            answer = connection.recv(1)
            if answer == YES:
                _take_leave(connection)
            return bool(answer)
    except OSError:
        return False


def _take_leave(connection: socket.socket) -> None:
    """Go on to TLS and no further: who hangs up before leaves a line in the server's log."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with suppress(OSError), context.wrap_socket(connection) as secured:
        secured.unwrap()
