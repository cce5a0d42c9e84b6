"""Does db2 have what is written to db1, and do pages show it?"""

from __future__ import annotations

import json
from typing import NamedTuple

from barelab.grading import Evidence, Subject, check, evidence, takes_payment
from barelab.grading.evidence import Beside
from barelab.support.wait import until

PRIMARY, STANDBY = "db1", "db2"
# Whoever may ask both databases as the application does.
FROM = "app1"
# A standby that does well is milliseconds behind; one that was just restarted, seconds.
PATIENCE_S = 12.0
PAGES = 4

# Runs beside the application's node: asks each database for itself, and for one payment.
LOOK = """
import json, sys, psycopg
words = json.loads(sys.argv[1])
told = {}
for name, address in words["places"].items():
    try:
        with psycopg.connect(host=address, port=5432, dbname="app", user="app", sslmode="require",
                             password=words["password"], connect_timeout=3) as database:
            told[name] = database.execute(
                "SELECT pg_is_in_recovery(), EXISTS (SELECT FROM billing_payment WHERE key = %s)",
                (words["key"],)).fetchone()
    except psycopg.Error as error:
        told[name] = " ".join(str(error).split())
print(json.dumps(told))
"""


class Database(NamedTuple):
    """What a database told: whether it is a standby, has the payment, or why it told nothing."""

    standby: bool
    has_it: bool
    trouble: str


@check("Everybody's pages show within seconds what somebody has entered", points=4)
def pages_are_of_now(on: Subject) -> Evidence:
    """Enters a customer with a fresh name over the API, and looks for the name as a stranger."""
    name = f"N{on.nonce()}"
    _enter(on, name)

    def shown() -> bool:
        return all(name in answer.text for answer in on.ask_site("portal", "/", times=PAGES))

    came = until(shown, PATIENCE_S, every_s=0.5)
    asked = on.ask_site("portal", "/", times=PAGES)
    assert asked.all_have(200), on.told(asked)
    assert came, (
        f"{name} was entered; {PATIENCE_S:g} s later: {asked.told()}, not all with the name"
    )
    return evidence(f"{name} was entered: {asked.told()}, all with the name", asked)


@check("What db1 has written is in db2 within seconds", points=4)
def standby_follows(on: Subject) -> Evidence:
    """Pays, and asks each database for the payment; who reads pages from where does not matter."""
    key = f"check-{on.nonce()}"
    paid = on.request(on.lab.app.write, key)
    assert paid.first.status in on.lab.app.write.expected, f"a payment was sent: {on.told(paid)}"

    def came() -> Beside | None:
        seen, found = _look(on, key)
        return seen if all(each.has_it for each in found.values()) else None

    seen = until(came, PATIENCE_S, every_s=0.5)
    late = {n: d for n, d in _look(on, key)[1].items() if not d.has_it} if not seen else {}
    told = "; ".join(f"{name}: {each.trouble or 'not there'}" for name, each in late.items())
    assert seen, f"the payment {key} was sent, and looked for {PATIENCE_S:g} s later: {told}"
    return evidence(f"the payment {key} is in {PRIMARY} and {STANDBY}", seen)


@check("db1 takes the writes, and db2 is its standby", points=1)
def places_are_kept(on: Subject) -> Evidence:
    """This was fine before: the fault is no reason to change places."""
    seen, found = _look(on, "")
    for name, standby in ((PRIMARY, False), (STANDBY, True)):
        assert not found[name].trouble, f"{name}: {found[name].trouble}"
        is_one = "a standby" if found[name].standby else "no standby"
        assert found[name].standby == standby, f"{name} is {is_one}"
    return evidence(f"{PRIMARY} takes writes, {STANDBY} is a standby", seen)


@check("A payment that comes in is kept and can be looked up", points=1)
def payments_arrive(on: Subject) -> Evidence:
    """With a key that nobody has seen before. This was fine all the time."""
    return takes_payment(on)


def _enter(on: Subject, name: str) -> None:
    fields = {
        "first_name": name,
        "last_name": "Check",
        "email": f"{name.lower()}@example.net",
        "phone": "+915550000000",
        "town": "Nowhere",
    }
    made = on.ask_site(
        "portal",
        "/api/subscribers/",
        method="POST",
        headers={
            "Authorization": f"Bearer {on.secret('api-token')}",
            "Content-Type": "application/json",
        },
        body=json.dumps(fields).encode(),
    )
    assert made.first.status == 201, f"a new customer was sent to the API: {on.told(made)}"


def _look(on: Subject, key: str) -> tuple[Beside, dict[str, Database]]:
    words = {
        "key": key,
        "password": on.secret("database-password"),
        "places": {name: on.address(name) for name in (PRIMARY, STANDBY)},
    }
    seen = on.beside(FROM, "python3", "-I", "-c", LOOK, json.dumps(words))
    assert seen.output.exit_code == 0, seen.output.stderr.decode(errors="replace")[-300:]
    told = json.loads(seen.text)
    found = {
        name: Database(False, False, said[-300:])
        if isinstance(said, str)
        else Database(bool(said[0]), bool(said[1]), "")
        for name, said in told.items()
    }
    return seen, found
