"""Is every receipt booked once, does one database write, and would a second one be stopped?"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from barelab.grading import Beside, Evidence, Subject, check, evidence, takes_payment
from barelab.grading.databases import ask_each, in_words, one_writes_all_have_it, paid, promoted
from barelab.support.wait import until

# Whoever may ask the databases as the application does.
FROM = "app1"
UNIT, WATCH = "postgresql@17-main.service", "choose-role --watch"
# As break/db2.sh makes them: the side, its first subscriber, the cents, and how many.
ROWS = (("db1", 1000, 35, 40), ("db2", 5000, 85, 40), ("both", 9000, 15, 6))
BILLS = (("db1-bill", 4), ("db2-bill", 4))
# A standby that does well is milliseconds behind; one that was just started, seconds.
PATIENCE_S = 25.0
# A database node that was rebooted asks the others before it starts, at most 30 s.
BOOT_S = 45.0

# Runs beside that node: asks the one that takes writes how often each payment is booked, and
# whether the bills that were paid are as much paid as their payments come to.
BOOKS = """
import json, sys, psycopg
words = json.loads(sys.argv[1])
with psycopg.connect(host=words["hosts"], port=5432, dbname="app", user="app", sslmode="require",
                     password=words["password"], connect_timeout=3,
                     target_session_attrs="read-write") as database:
    booked, = database.execute(
        "SELECT count(*) FROM billing_payment AS p JOIN unnest(%s::bigint[], %s::numeric[])"
        " AS t (subscriber, amount) ON p.subscriber_id = t.subscriber AND p.amount = t.amount",
        (words["subscribers"], words["amounts"])).fetchone()
    for_bills, wrong = database.execute(
        "SELECT count(*), count(*) FILTER (WHERE i.paid IS DISTINCT FROM"
        " (SELECT sum(amount) FROM billing_payment WHERE invoice_id = i.id))"
        " FROM billing_payment AS p JOIN billing_invoice AS i ON i.id = p.invoice_id"
        " WHERE p.key = ANY(%s)", (words["bills"],)).fetchone()
print(json.dumps([booked, for_bills, wrong]))
"""


class Row(NamedTuple):
    """A payment in advance that one side acknowledged, or both."""

    key: str
    subscriber: int
    amount: Decimal


@check(
    "Each receipt is in the books once, and the bills that were paid are paid",
    points=6,
    timeout_s=120,
)
def all_paid_once(on: Subject) -> Evidence:
    """Asks for each through the front door, and the database that writes how often it is booked."""
    assert on.lab.app.read_many, "the application cannot be asked for several payments"
    paid(on, BOOT_S)
    rows, bills = list(_rows(on)), list(_bills(on))
    keys = [*(row.key for row in rows), *bills]
    asked = on.request(on.lab.app.read_many, ",".join(keys))
    assert asked.all_have(200), on.told(asked)
    missing = asked.first.json()["missing"]
    # In a lab that nobody broke there are none of them.
    if len(missing) == len(keys) and not promoted(on):
        return evidence("nobody has paid on either side yet", asked)
    assert not missing, f"{len(missing)} of {len(keys)} receipts are not found by their number"
    booked, for_bills, wrong, seen = _books(on, rows, bills)
    assert booked == len(rows), f"{len(rows)} payments in advance are booked {booked} times"
    assert for_bills == len(bills), f"{len(bills) - for_bills} payments are not for their bill"
    assert not wrong, f"{wrong} bills are not as much paid as their payments come to"
    return evidence(f"{len(keys)} receipts are found, each is booked once", asked, seen)


@check("One database takes the writes, and the other one follows it", points=4, timeout_s=120)
def one_writes_one_follows(on: Subject) -> Evidence:
    """Pays through the front door, and asks each database; which of them it is does not matter."""
    key = paid(on, BOOT_S)

    def there() -> Beside | None:
        seen, found = ask_each(on, key)
        return seen if one_writes_all_have_it(found) else None

    seen = until(there, PATIENCE_S, every_s=0.5)
    told = in_words(ask_each(on, key)[1])
    assert seen, f"{key} was paid, and looked for {PATIENCE_S:g} s later: {told}"
    return evidence(f"{key} was paid: {told}", seen)


@check("A database that was taken over from would notice it, and stop", points=3, timeout_s=120)
def a_second_one_is_stopped(on: Subject) -> Evidence:
    """Looks on each node for what asks the other, at each start and ever after, and asks as it."""
    paid(on, BOOT_S)  # after a reboot a database is not there for a moment
    names = [node.name for node in on.lab.with_role("replication")]
    seen = []
    for name in names:
        before = on.run(name, "systemctl", "show", "-P", "ExecStartPre", UNIT).text
        assert "choose-role" in before, f"{name} would start beside another primary"
        seen.append(on.beside(name, "sh", "-c", "cat /proc/[0-9]*/cmdline | tr '\\0' ' '"))
        assert WATCH in seen[-1].text, f"{name} would go on beside another primary"
        for other in names:
            if other != name:
                hears = functools.partial(_hears, on, name, other)
                answered = until(hears, PATIENCE_S, every_s=1)
                assert answered, f"{name} would not hear that {other} has taken over"
    return evidence(f"{' and '.join(names)} ask each other, and get an answer", *seen)


@check("A payment that comes in is kept and can be looked up", points=1, timeout_s=120)
def payments_arrive(on: Subject) -> Evidence:
    """With a key that nobody has seen before. This was fine all the time."""
    paid(on, BOOT_S)  # after a reboot nobody takes writes for a moment
    return takes_payment(on)


def _rows(on: Subject) -> Iterator[Row]:
    for side, first, cents, count in ROWS:
        for n in range(1, count + 1):
            yield Row(_key(on, side, n), first + n, 100 + n + Decimal(cents) / 100)


def _bills(on: Subject) -> Iterator[str]:
    for side, count in BILLS:
        yield from (_key(on, side, n) for n in range(1, count + 1))


def _key(on: Subject, side: str, n: int) -> str:
    word = f"{on.secret('database-password')} {side} {n}"
    return f"till-{hashlib.sha256(word.encode()).hexdigest()[:20]}"


def _books(on: Subject, rows: list[Row], bills: list[str]) -> tuple[int, int, int, Beside]:
    words = {
        "hosts": ",".join(on.address(node.name) for node in on.lab.with_role("postgres")),
        "password": on.secret("database-password"),
        "subscribers": [row.subscriber for row in rows],
        "amounts": [str(row.amount) for row in rows],
        "bills": bills,
    }
    seen = on.beside(FROM, "python3", "-I", "-c", BOOKS, json.dumps(words))
    assert seen.output.exit_code == 0, seen.output.stderr.decode(errors="replace")[-300:]
    booked, for_bills, wrong = json.loads(seen.text)
    return booked, for_bills, wrong, seen


def _hears(on: Subject, node: str, other: str) -> bool:
    words = ("runuser", "-u", "postgres", "--", "psql", f"service={other}", "-XAtc", "SELECT 1")
    return on.run(node, *words).text == "1"
