"""What the masters make of a log, of a migration, and of rows that differ: their own programs."""

from __future__ import annotations

import importlib
import runpy
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]
LIBRARY = ROOT / "images/masters/files/usr/local/lib/masters"
SBIN = ROOT / "images/masters/files/usr/local/sbin"
MODULES = ("psycopg", "places", "servers", "join", "watch", "compare")
LOG = """\
LOG:  logical replication apply worker for subscription "masters" has started
ERROR:  duplicate key value violates unique constraint "billing_payment_key_key"
DETAIL:  Key (key)=(twice-1) already exists.
CONTEXT:  processing remote data for replication origin "pg_1" during message type "INSERT" for \
replication target relation "public.billing_payment" in transaction 9, finished at 0/F8C4068
LOG:  background worker "logical replication apply worker" (PID 9) exited with exit code 1
ERROR:  deadlock detected
"""


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Return what imports one of the masters' modules, as on db1, with nobody to talk to."""
    places = ModuleType("places")
    places.__dict__.update(NODES=["db1", "db2"], ME="db1", PEER="db2")
    psycopg = SimpleNamespace(Error=OSError, Connection=object)
    monkeypatch.syspath_prepend(str(LIBRARY))
    monkeypatch.setitem(sys.modules, "places", places)
    monkeypatch.setitem(sys.modules, "psycopg", psycopg)
    yield importlib.import_module
    for name in MODULES:
        sys.modules.pop(name, None)


@pytest.mark.parametrize(("log", "found"), [(LOG, True), ("LOG:  checkpoint complete\n", False)])
def test_the_log_says_which_change_could_not_be_made(
    load: Any, monkeypatch: pytest.MonkeyPatch, log: str, found: bool
) -> None:
    servers = load("servers")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: SimpleNamespace(stdout=log))
    conflict = servers.last_conflict()
    if not found:
        assert conflict is None
        return
    assert (conflict.table, conflict.lsn) == ("public.billing_payment", "0/F8C4068")
    assert servers.KEY.search(conflict.detail)["values"] == "twice-1"
    assert "billing_payment_key_key" in conflict.told()


@pytest.mark.parametrize(
    ("looks", "even", "apart"),
    [
        # On its way at the first look.
        ([({"7": 1}, {"7": 2}), ({"7": 2}, {"7": 2})], True, set()),
        # Stands still.
        ([({"7": 1, "8": 5}, {"7": 2, "8": 5})] * 2, True, {"7"}),
        ([({"7": 1}, {})] * 2, True, {"7"}),
        # Changes each time: nobody can tell, the next comparison will.
        ([({"7": n}, {"7": n + 1}) for n in range(6)], True, set()),
        # One takes nothing over: that is another trouble.
        ([({"7": 1}, {"7": 2})] * 2, False, None),
    ],
)
def test_only_what_differs_and_stands_still_has_come_apart(
    load: Any, monkeypatch: pytest.MonkeyPatch, looks: list[Any], even: bool, apart: set[str] | None
) -> None:
    compare = load("compare")
    said = iter([rows for look in looks for rows in look])
    monkeypatch.setattr(compare, "rows", lambda *_: next(said))
    monkeypatch.setattr(compare, "even", lambda _: even)
    assert compare.apart(None, None, None, [0]) == apart


@pytest.mark.parametrize(
    ("statement", "refused"),
    [
        ('ALTER TABLE "t" ADD COLUMN "c" boolean DEFAULT false NOT NULL;', False),
        ('ALTER TABLE "t" ADD COLUMN "c" integer NULL;', False),
        ('CREATE TABLE "n" ("id" bigint NOT NULL PRIMARY KEY);', False),
        ('ALTER TABLE "t" ALTER COLUMN "c" DROP DEFAULT;', True),
        ('ALTER TABLE "t" DROP COLUMN "c" CASCADE;', True),
        ('ALTER TABLE "t" RENAME COLUMN "c" TO "d";', True),
        ('ALTER TABLE "t" ALTER COLUMN "c" TYPE bigint;', True),
        ('ALTER TABLE "t" ALTER COLUMN "c" SET NOT NULL;', True),
    ],
)
def test_a_change_that_is_no_addition_is_refused_while_both_are_written_to(
    load: Any, statement: str, refused: bool
) -> None:
    load("servers")
    migrate = runpy.run_path(str(SBIN / "migrate-both"))
    refuse = migrate["refuse_unless_added"]
    refuse({("app", "0002"): statement}, True)
    if refused:
        with pytest.raises(SystemExit, match="would not fit"):
            refuse({("app", "0002"): statement}, False)
    else:
        refuse({("app", "0002"): statement}, False)
