"""Asks a database node's own server, from beside the node, whether it takes writes.

Runs in a container of the probe's image in the node's process and network namespaces, so that it
sees the server also when the node is cut off: `python3 -I -u -c SOURCE`. Answers each line of its
input with one of JSON; a server that does not answer within a second is `unknown`.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
from concurrent.futures import Future, ThreadPoolExecutor

import psycopg

ROOT, SERVER = "/proc/1/root", "/var/lib/postgresql"
DSN = "host=/run/postgresql user=postgres dbname=postgres connect_timeout=2 application_name=drill"
PATIENCE_S = 1.0
ASKED = """
    select pg_is_in_recovery(), current_setting('transaction_read_only'),
           extract(epoch from clock_timestamp() - pg_postmaster_start_time()),
           (select count(*) from pg_stat_replication where state = 'streaming'),
           (select count(*) from pg_stat_wal_receiver where status = 'streaming')
"""


class Server:
    """The node's server, over one connection that is made again whenever it broke."""

    def __init__(self) -> None:
        self._connection: psycopg.Connection | None = None

    def ask(self) -> dict[str, object]:
        """Return whether it takes writes, since when it runs, and how many follow it."""
        try:
            return self._told()
        except psycopg.Error:
            self._drop()  # what ended may have been the session alone: a new one tells
        try:
            return self._told()
        except psycopg.Error as error:
            self._drop()
            return {"state": self._without(error), "why": " ".join(str(error).split())[:200]}

    def _told(self) -> dict[str, object]:
        if self._connection is None:
            self._connection = psycopg.connect(DSN, autocommit=True)
        row = self._connection.execute(ASKED).fetchone()
        recovering, read_only, age, followers, following = row
        state = "primary" if not recovering and read_only == "off" else "replica"
        return {"state": state, "age": float(age), "followers": followers, "following": following}

    def _without(self, error: psycopg.Error) -> str:
        # No socket, nobody behind it, or a server that starts or ends: nobody can write.
        told = str(error)
        gone = ("No such file", "refused", "starting up", "shutting down", "recovery state")
        return "down" if any(each in told for each in gone) else "unknown"

    def _drop(self) -> None:
        with contextlib.suppress(psycopg.Error):
            if self._connection is not None:
                self._connection.close()
        self._connection = None


def main() -> None:
    """Answer until the input ends."""
    server = Server()
    # Before the change of roots: whatever the driver loads at its first use comes from our image.
    with contextlib.suppress(psycopg.Error):
        psycopg.connect("host=/nowhere user=nobody dbname=none")
    os.chroot(ROOT)
    os.chdir("/")
    owner = os.stat(SERVER)
    os.setgid(owner.st_gid)
    os.setuid(owner.st_uid)
    asking = ThreadPoolExecutor(1)
    waiting: Future[dict[str, object]] | None = None
    for _ in sys.stdin:
        before = time.monotonic()
        waiting = waiting or asking.submit(server.ask)
        try:
            told = waiting.result(PATIENCE_S)
            waiting = None
        except TimeoutError:
            told = {"state": "unknown", "why": f"no answer within {PATIENCE_S:g} s"}
        print(json.dumps({**told, "before": before, "after": time.monotonic()}), flush=True)
    os._exit(0)  # a question that is never answered would keep us


if __name__ == "__main__":
    main()
