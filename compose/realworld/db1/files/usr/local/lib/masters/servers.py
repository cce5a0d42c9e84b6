"""Asking the two masters, and giving orders to either."""

from __future__ import annotations

import os
import pwd
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple, TypeVar

import psycopg
from places import ME, PEER

T = TypeVar("T")
SUBSCRIPTION = "masters"
PSQL = ("/usr/lib/postgresql/17/bin/psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "app")
AS_POSTGRES = ("runuser", "-u", "postgres", "--")
TO_PEER = ("runuser", "-u", "ops", "--", "ssh", "-o", "BatchMode=yes", "-o", "ConnectTimeout=3")
# A slot has the name of who takes from it. What it says of itself is at most a second old.
BEHIND = """
    SELECT pg_wal_lsn_diff(%s::pg_lsn, confirmed_flush_lsn) FROM pg_replication_slots
     WHERE slot_name = %s
"""
# What the server logs when a change of the other one cannot be made here.
REASON = re.compile(r"ERROR: +(?P<error>.*)")
DETAIL = re.compile(r"DETAIL: +(?P<detail>.*)")
PLACE = re.compile(
    r'replication target relation "(?P<table>[^"]+)".*finished at (?P<lsn>[0-9A-F]+/[0-9A-F]+)'
)
KEY = re.compile(r"Key \((?P<columns>.+)\)=\((?P<values>.*)\) already exists")


# One connection to each, for all that is asked: whoever looks every few seconds costs little.
_open: dict[str, psycopg.Connection] = {}


class Conflict(NamedTuple):
    """A change that could not be made here: in which table, why, and where it ends in the WAL."""

    table: str
    error: str
    detail: str
    lsn: str

    def told(self) -> str:
        """Return it in words."""
        return (
            f"table {self.table}: {self.error}. {self.detail} Transaction that ends at {self.lsn}"
        )


def connect(node: str) -> psycopg.Connection:
    """Return a connection that reads: here as the server's own user, there by certificate."""
    words = "dbname=app" if node == ME else f"service={node}"
    # Both write a value as text in the same way.
    options = "-c timezone=UTC -c datestyle=ISO -c extra_float_digits=1"
    with as_postgres():
        return psycopg.connect(words, autocommit=True, connect_timeout=10, options=options)


@contextmanager
def as_postgres() -> Iterator[None]:
    """Be the server's own user for a moment, where this is root: nobody else is let in here."""
    if os.geteuid():
        yield
        return
    user = pwd.getpwnam("postgres")
    os.setegid(user.pw_gid)
    os.seteuid(user.pw_uid)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)


def ask(node: str, statement: str, *values: object) -> list[tuple]:
    """Return the rows that a master answers.

    Raises:
        psycopg.Error: it does not answer, or with an error.
    """
    try:
        if node not in _open:
            _open[node] = connect(node)
        return _open[node].execute(statement, values or None).fetchall()
    except psycopg.Error:
        if node in _open:
            _open.pop(node).close()
        raise


def answers(node: str) -> bool:
    """Return whether a master lets us in."""
    try:
        return bool(ask(node, "SELECT 1"))
    except psycopg.Error:
        return False


def order(node: str, statements: str) -> str:
    """Have statements done on a master as its superuser, and return what they print. Needs root.

    Raises:
        SystemExit: it refuses, with its words.
    """
    command = (*AS_POSTGRES, *PSQL)
    if node != ME:
        command = (*TO_PEER, node, "sudo", *command)
    done = subprocess.run(
        command, input=statements, capture_output=True, text=True, check=False, cwd="/"
    )
    if done.returncode:
        sys.exit(f"{node}: {done.stderr.strip() or 'not reached'}")
    return done.stdout.strip()


def alone(statements: str) -> str:
    """Return a transaction whose changes stay on the server where it is made."""
    mark = "SELECT pg_replication_origin_session_setup('mended') \\g /dev/null"
    return f"{mark}\nBEGIN;\n{statements}\nCOMMIT;\n"


def quoted(text: str) -> str:
    """Return a text as SQL has it."""
    return "'" + text.replace("'", "''") + "'"


def has_all(node: str, other: str, within_s: float) -> bool:
    """Return whether a master gets all that the other one has now, within the time."""
    try:
        ((place,),) = ask(other, "SELECT pg_current_wal_lsn()")
        return bool(until(lambda: ask(other, BEHIND, place, node)[0][0] <= 0, within_s))
    except (psycopg.Error, IndexError, TypeError):
        return False


def even(within_s: float) -> bool:
    """Return whether each gets all that the other has now, within the time."""
    return has_all(ME, PEER, within_s) and has_all(PEER, ME, within_s)


def until(true: Callable[[], T], within_s: float, every_s: float = 0.2) -> T:
    """Return the first true answer, or the last one when the time is over."""
    deadline = time.monotonic() + within_s
    while not (said := true()) and time.monotonic() < deadline:
        time.sleep(every_s)
    return said


def last_conflict(since: str = "-1h") -> Conflict | None:
    """Return the last change of the other master that the server's log calls impossible."""
    words = ("journalctl", "-t", "postgres", "-n", "400", "-o", "cat", "-q", "--no-pager")
    lines = subprocess.run(
        (*words, "--since", since), capture_output=True, text=True, check=False
    ).stdout
    error = detail = ""
    found = None
    for line in lines.splitlines():
        if match := REASON.search(line):
            error, detail = match["error"], ""
        elif match := DETAIL.search(line):
            detail = match["detail"]
        if match := PLACE.search(line):
            found = Conflict(match["table"], error, detail, match["lsn"])
    return found


def must_be_root() -> None:
    """Do the same as root, when somebody else began it."""
    if os.geteuid():
        os.execvp("sudo", ["sudo", "--", *sys.argv])
