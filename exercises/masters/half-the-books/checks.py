"""Does each database take over what is written on the other, and has it the counter's receipts?"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator

from barelab.grading import Beside, Evidence, Subject, check, evidence, takes_payment
from barelab.grading.databases import paid
from barelab.support.wait import until

# Whoever may ask both databases as the application does.
ASKER = "app1"
# Both take over within a second; what has waited for an hour comes within a few.
THERE_S = 15.0
# A database that starts lets the application write only when it has what it missed, or knows that
# it cannot get it (masters-join).
START_S = 170.0
RECEIPTS = 24
# Beside it: writes a session on each, and tells which of them did not come over to which in time.
CROSS = """
import json, sys, time, psycopg
words = json.loads(sys.argv[1])
links = {
    name: psycopg.connect(host=address, port=5432, dbname="app", user="app", sslmode="require",
                          password=words["password"], connect_timeout=3, autocommit=True)
    for name, address in words["places"].items()
}
there = "SELECT count(*) FROM django_session WHERE session_key = %s"
for name, link in links.items():
    link.execute("INSERT INTO django_session VALUES (%s, '', now() + interval '1 hour')",
                 [words["key"] + name])
deadline, missing = time.monotonic() + words["within_s"], [1]
while missing and time.monotonic() < deadline:
    missing = [f"{at} has not what was written on {name}" for name in links for at in links
               if not links[at].execute(there, [words["key"] + name]).fetchone()[0]]
    time.sleep(0.1)
for name, link in links.items():
    link.execute("DELETE FROM django_session WHERE session_key = %s", [words["key"] + name])
print(json.dumps(missing))
"""
# Beside it: the receipts that each of them has.
BOOKS = """
import json, sys, psycopg
words, told = json.loads(sys.argv[1]), {}
for name, address in words["places"].items():
    with psycopg.connect(host=address, port=5432, dbname="app", user="app", sslmode="require",
                         password=words["password"], connect_timeout=3) as database:
        told[name] = database.execute(
            "SELECT key, subscriber_id, amount::text FROM billing_payment"
            " WHERE key = ANY(%s) ORDER BY key", [words["keys"]]).fetchall()
print(json.dumps(told))
"""
# Beside it: what the till wrote into the journal.
LISTED = ("journalctl", "--directory=/proc/1/root/var/log/journal", "--identifier=till", "--quiet")


@check("What is written on either database is on the other soon", points=4, timeout_s=240)
def each_takes_over(on: Subject) -> Evidence:
    """Writes a session on each, as the application does, and looks for it on the other."""
    seen: list[Beside] = []

    def tried() -> bool:
        words = {"key": f"check-{on.nonce()}", "within_s": THERE_S}
        seen.append(_asked(on, CROSS, **words))
        return not seen[-1].output.exit_code

    assert until(tried, START_S, every_s=1.0), _trouble(seen[-1])
    missing = json.loads(seen[-1].text)
    assert not missing, f"after {THERE_S:g} s {' and '.join(missing)}"
    names = " and ".join(_masters(on))
    return evidence(f"what was written on {names} is on both", seen[-1])


@check("Each receipt of the counter is in both books once, as it is", points=5, timeout_s=240)
def receipts_are_on_both(on: Subject) -> Evidence:
    """Asks both for each by its key; the till's own list tells whether there are any."""
    wanted = sorted([key, subscriber, amount] for key, subscriber, amount in _receipts(on))
    listed = on.beside(ASKER, *LISTED)
    seen: list[Beside] = []

    def differ() -> list[str]:
        seen.append(_asked(on, BOOKS, keys=[key for key, *_ in wanted]))
        if seen[-1].output.exit_code:
            return [_trouble(seen[-1])]
        found = json.loads(seen[-1].text)
        if not listed.text and not any(found.values()):
            return []
        return [
            f"{name} has {len(rows)} of {RECEIPTS}, {sum(row in wanted for row in rows)} as paid"
            for name, rows in found.items()
            if rows != wanted
        ]

    until(lambda: not differ(), THERE_S, every_s=1.0)
    wrong = differ()
    assert not wrong, "; ".join(wrong)
    told = f"{RECEIPTS} receipts are" if listed.text else "nobody paid at the counter; that is"
    return evidence(f"{told} in the books of {' and '.join(_masters(on))}", listed, seen[-1])


@check("A payment that comes in is kept and can be looked up", points=1, timeout_s=240)
def payments_arrive(on: Subject) -> Evidence:
    """With a key that nobody has seen before. This was fine all the time."""
    paid(on, START_S)
    return takes_payment(on)


def _receipts(on: Subject) -> Iterator[tuple[str, int, str]]:
    """Name each as break/db2.sh books it: its key, whose it is, and the amount."""
    for n in range(1, RECEIPTS + 1):
        word = f"{on.secret('database-password')} counter {n}"
        key = f"till-{hashlib.sha256(word.encode()).hexdigest()[:20]}"
        yield key, 3000 + n, f"{100 + n}.45"


def _asked(on: Subject, program: str, **words: object) -> Beside:
    known = {
        "password": on.secret("database-password"),
        "places": {name: on.address(name) for name in _masters(on)},
    }
    asked = json.dumps(known | words)
    return on.beside(ASKER, "python3", "-I", "-c", program, asked, timeout_s=30)


def _trouble(seen: Beside) -> str:
    return f"from {ASKER}: {seen.output.stderr.decode(errors='replace').strip()[-200:]}"


def _masters(on: Subject) -> list[str]:
    return [node.name for node in on.lab.with_role("masters")]
