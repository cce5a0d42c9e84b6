"""Two masters end equal, whatever is written on them; what keeps them apart is found and mended."""

from __future__ import annotations

import functools
import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from tools.content import copied
from tools.databases import verified
from tools.seat import Seat

from barelab.support.wait import until

if TYPE_CHECKING:
    from docker import APIClient

pytestmark = [pytest.mark.e2e, pytest.mark.alone]

MASTERS = ("db1", "db2")
LIMIT_S = 900.0
REPORTED_S, FOUND_S = 30.0, 300.0
ROWS, AT_ONCE = 100_000, 5_000
LAB = """
title: Two masters
summary: Two databases that both take writes, and a replica of one of them.
networks:
  public: {}
  private: {internal: true}
nodes:
  lb1: {role: nginx, networks: [public, private]}
  app: {roles: [release, django, origin], count: 2, networks: [private]}
  db1: {roles: [postgres, masters], networks: [private]}
  db2: {roles: [postgres, masters], networks: [private]}
  db3: {roles: [postgres, follower], networks: [private]}
front: lb1
sites: [portal, console]
talks:
  - {from: user, to: lb1, port: 443}
  - {from: user, to: lb1, port: 80}
  - {from: lb1, to: app, port: 8000}
  - {from: lb1, to: app, port: 8001}
  - {from: app, to: db1, port: 5432}
  - {from: app, to: db2, port: 5432}
  - {from: app, to: db3, port: 5432}
  - {from: db1, to: db2, port: 5432}
  - {from: db2, to: db1, port: 5432}
  - {from: db3, to: db1, port: 5432}
  - {from: db3, to: db2, port: 5432}
"""
LOAD = """
INSERT INTO billing_payment (key, subscriber_id, amount, method, received_at)
SELECT '{mark}-{node}-' || n, 1 + n % 20000, 1 + n % 900, 'upi', now()
  FROM generate_series({start}, {start} + {count} - 1) AS n;
"""
COMPARE = ("runuser", "-u", "postgres", "--", "/usr/local/lib/masters/compare.py")
GO = "/var/lib/postgresql/go"
AWAIT_GO = (
    f"DO $$ BEGIN WHILE (pg_stat_file('{GO}', true)).size IS NULL LOOP"
    " PERFORM pg_sleep(0.1); END LOOP; END $$"
)
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
TOWN = "SELECT town FROM accounts_subscriber WHERE id = {}"
# What a release that adds something brings: a column, and a table with a row in it.
MIGRATION = """
from django.db import migrations, models

def fill(apps, schema_editor):
    apps.get_model("support", "Note").objects.create(text="first")

class Migration(migrations.Migration):
    dependencies = [("support", "0001_initial")]
    operations = [
        migrations.AddField("ticket", "urgent", models.BooleanField(db_default=False)),
        migrations.CreateModel("Note", [
            ("id", models.BigAutoField(primary_key=True)),
            ("text", models.TextField()),
        ]),
        migrations.RunPython(fill),
    ]
"""


@pytest.fixture(scope="module")
def seat(tmp_path_factory: pytest.TempPathFactory, engine: APIClient) -> Iterator[Seat]:
    """A seat that is up; each test leaves both masters equal."""
    home = tmp_path_factory.mktemp("seat")
    content = copied(home / "content")
    content.write("labs/masters.yaml", LAB.lstrip())
    variables = {"BARELAB_CONTENT": str(content.root)}
    found = Seat(f"t-{secrets.token_hex(4)}", home, engine, "masters", variables=variables)
    try:
        found.up(limit_s=LIMIT_S)
        # Pages are there sooner; only the application is kept from writing until then.
        assert until(lambda: all(joined(found, node) for node in MASTERS), 120.0, every_s=1.0)
        yield found
    finally:
        found.close()


def test_what_is_written_on_both_at_once_is_on_both_in_the_end(seat: Seat) -> None:
    mark, starts = f"load{secrets.token_hex(3)}", range(0, ROWS, AT_ONCE)
    with ThreadPoolExecutor(2) as pool:
        loads = [pool.submit(load, seat, node, mark, starts) for node in MASTERS]
        # Under way is not apart: 1 would say so, 3 that it cannot be told.
        assert compared(seat) in (0, 3)
        for each in loads:
            each.result()
    assert until(lambda: equal(seat), 120.0, every_s=2.0)
    count = (
        f"SELECT count(*), count(DISTINCT id % 2) FROM billing_payment WHERE key LIKE '{mark}-%'"
    )
    assert [sql(seat, node, count) for node in MASTERS] == [f"{2 * ROWS}|2"] * 2
    assert not any(told(seat, node, "masters-watch", "Next: masters-state") for node in MASTERS)


def test_the_same_key_on_both_is_reported_and_mended(seat: Seat) -> None:
    key = f"twice-{secrets.token_hex(4)}"
    columns = "(key, subscriber_id, amount, method, received_at)"
    both(seat, "INSERT INTO billing_payment", f"{columns} VALUES ('{key}', 1, {{}}, 'upi', now())")
    for node in MASTERS:
        # In the journal with the table, the key and the place; and as a figure for the monitoring.
        said = until(
            lambda node=node: told(seat, node, "masters-watch", key), REPORTED_S, every_s=1
        )
        assert said and "public.billing_payment" in said and "Transaction that ends at" in said
        figures = run(seat, node, "cat", "/var/lib/masters/masters.prom")
        assert "masters_stopped 1.0" in figures
    assert key in run(seat, "db2", "masters-state")
    run(seat, "db2", "mend-conflict", "--keep", "db1", limit_s=120.0)
    amount = f"SELECT amount FROM billing_payment WHERE key = '{key}'"
    assert [sql(seat, node, amount) for node in MASTERS] == ["1.00", "1.00"]
    assert equal(seat)


def test_rows_that_swap_without_a_word_are_found_and_mended(seat: Seat) -> None:
    both(seat, "UPDATE accounts_subscriber", "SET town = 'Town {}' WHERE id = 77")
    swapped = until(
        lambda: (
            (towns := [sql(seat, n, TOWN.format(77)) for n in MASTERS])[0] != towns[1]
            and towns[0].startswith("Town")
        ),
        30.0,
        every_s=0.5,
    )
    assert swapped
    found = until(
        lambda: told(seat, "db1", "masters-compare", "rows differ: 77"), FOUND_S, every_s=5
    )
    assert found and "accounts_subscriber" in found
    assert seat.run("exec", "db1", "--", "sudo", "mend-divergence").returncode == 1
    run(seat, "db1", "mend-divergence", "--from", "db1", limit_s=120.0)
    towns = [sql(seat, node, TOWN.format(77)) for node in MASTERS]
    assert towns[0] == towns[1]
    assert equal(seat)


def test_each_gets_what_it_missed_while_it_was_off(seat: Seat) -> None:
    for off, on in (("db1", "db2"), ("db2", "db1")):
        mark = f"off{secrets.token_hex(3)}"
        seat.engine.stop(container(seat, off), timeout=30)
        load(seat, on, mark, range(0, 1000, 1000), count=1000)
        seat.engine.start(container(seat, off))
        assert until(lambda: equal(seat), 120.0, every_s=2.0)


def test_one_that_is_made_anew_copies_the_other(seat: Seat) -> None:
    load(seat, "db1", f"anew{secrets.token_hex(3)}", range(0, 1000, 1000), count=1000)
    seat.must("reset", "db2", limit_s=LIMIT_S)
    assert until(lambda: equal(seat), 120.0, every_s=2.0)
    load(seat, "db2", f"anew{secrets.token_hex(3)}", range(0, 1000, 1000), count=1000)
    assert until(lambda: equal(seat), 60.0, every_s=2.0)


def test_tables_are_changed_on_both_while_both_are_written_to(seat: Seat) -> None:
    release = "/opt/app/releases/next"
    run(seat, "app1", "cp", "-r", "/opt/app/current/", release)
    file = f"{release}/support/migrations/0002_note.py"
    seat.must("exec", "app1", "--", "sudo", "sh", "-c", f"cat >{file} <<'E'\n{MIGRATION}\nE")
    run(seat, "app1", "ln", "-sfn", "releases/next", "/opt/app/current")
    run(seat, "db1", "migrate-both", "app1", limit_s=180.0)
    for node in MASTERS:
        assert sql(seat, node, "SELECT count(*) FROM support_ticket WHERE urgent") == "0"
        assert sql(seat, node, "SELECT text FROM support_note") == "first"
    for node in MASTERS:
        sql(seat, node, f"INSERT INTO support_note (text) VALUES ('{node}')")
    assert until(lambda: equal(seat), 60.0, every_s=1.0)
    assert sql(seat, "db1", "SELECT count(*) FROM support_note") == "3"


def test_the_replica_follows_the_other_master_when_told_to(seat: Seat) -> None:
    for master in ("db2", "db1"):
        run(seat, "db3", "follow", master, limit_s=180.0)
        key = f"seen-{secrets.token_hex(4)}"
        load(seat, master, key, range(0, 1, 1), count=1)
        has = f"SELECT count(*) FROM billing_payment WHERE key LIKE '{key}-%'"
        assert until(functools.partial(counted, seat, "db3", has), 10.0)


def test_what_is_said_of_them_is_true(seat: Seat) -> None:
    assert {"masters", "follower"} <= verified(seat, LIMIT_S)


def run(seat: Seat, node: str, *command: str, limit_s: float = 60.0) -> str:
    """Return what an operator's command prints, which must succeed."""
    return seat.must("exec", node, "--", "sudo", *command, limit_s=limit_s).stdout


def sql(seat: Seat, node: str, statement: str) -> str:
    """Return what a master answers, which must not be an error."""
    words = ("-u", "postgres", "psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "app", "-c", statement)
    return run(seat, node, *words).strip()


def counted(seat: Seat, node: str, statement: str) -> bool:
    """Return whether the answer is one row."""
    return sql(seat, node, statement) == "1"


def joined(seat: Seat, node: str) -> bool:
    """Return whether a master takes over from the other one, and may be written on."""
    return not seat.run(
        "exec", node, "--", "systemctl", "-q", "is-active", "masters-join"
    ).returncode


def load(seat: Seat, node: str, mark: str, starts: range, count: int = AT_ONCE) -> None:
    """Write rows on a node, one transaction for each start."""
    for start in starts:
        sql(seat, node, LOAD.format(mark=mark, node=node, start=start, count=count))


def both(seat: Seat, begin: str, end: str) -> None:
    """Do the same on both masters, each with its own number for {}, before either hears of it."""

    def at_once(number: int) -> None:
        change = f"{begin} {end.format(number + 1)}"
        sql(seat, MASTERS[number], f"BEGIN; {change}; {AWAIT_GO}; COMMIT")

    with ThreadPoolExecutor(2) as pool:
        changes = [pool.submit(at_once, number) for number in range(2)]
        assert until(lambda: all(counted(seat, node, WAITING) for node in MASTERS), 60.0)
        for node in MASTERS:
            run(seat, node, "touch", GO)
        for change in changes:
            change.result()
    for node in MASTERS:
        run(seat, node, "rm", GO)


def told(seat: Seat, node: str, unit: str, text: str) -> str | None:
    """Return the last line of a unit's journal with a text."""
    lines = run(seat, node, "journalctl", "-q", "-u", unit, "-o", "cat", "--no-pager").splitlines()
    return next((line for line in reversed(lines) if text in line), None)


def equal(seat: Seat) -> bool:
    """Return whether the comparison says so."""
    return compared(seat) == 0


def compared(seat: Seat) -> int:
    """Return how a comparison made now comes out."""
    return seat.run("exec", "db1", "--", "sudo", *COMPARE).returncode


def container(seat: Seat, node: str) -> str:
    """Return the engine's id of a node."""
    return next(id_ for name, id_ in seat.things().items() if name.endswith(f".{node}"))
