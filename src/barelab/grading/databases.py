"""What several roles' checks ask of the database nodes, each of which tells what it is."""

from __future__ import annotations

import json
import re
from typing import NamedTuple

from barelab.grading.answers import Asked
from barelab.grading.evidence import Beside
from barelab.grading.subject import Subject
from barelab.support.errors import CouldNotTell
from barelab.support.wait import until

PSQL = ("runuser", "-u", "postgres", "--", "psql", "--no-psqlrc", "-A", "-t")

_ARCHIVE = "/proc/1/root/var/lib/pgbackrest/archive"
# Runs beside an application server: asks each database for itself, and for one write.
_ASK_EACH = """
import json, sys, psycopg
words = json.loads(sys.argv[1])
told = {}
for name, address in words["places"].items():
    try:
        with psycopg.connect(host=address, port=5432, dbname="app", user="app", sslmode="require",
                             password=words["password"], connect_timeout=3) as database:
            standby, = database.execute("SELECT pg_is_in_recovery()").fetchone()
            told[name] = standby, *database.execute(words["written"], (words["key"],)).fetchone()
    except psycopg.Error as error:
        told[name] = " ".join(str(error).split())
print(json.dumps(told))
"""


class Database(NamedTuple):
    """What a database told the application's node, or the `trouble` why it told nothing."""

    name: str
    standby: bool
    has_it: bool
    trouble: str

    @property
    def writes(self) -> bool:
        """Whether it takes writes."""
        return not self.trouble and not self.standby

    def told(self) -> str:
        """Return it in words."""
        if self.trouble:
            return f"{self.name}: {self.trouble}"
        kind = "a standby" if self.standby else "a primary"
        return f"{self.name} is {kind} {'with' if self.has_it else 'without'} it"


def ask_each(on: Subject, key: str = "") -> tuple[Beside, list[Database]]:
    """Ask each database, as the application does, what it is and whether it has a payment.

    Raises:
        CouldNotTell: app.yaml has no question for a payment.
    """
    if on.lab.app.written is None:
        raise CouldNotTell("app.yaml does not say how a database is asked for a write")
    words = {
        "key": key,
        "written": on.lab.app.written,
        "password": on.secret("database-password"),
        "places": {node.name: on.address(node.name) for node in on.lab.with_role("postgres")},
    }
    asker = on.lab.with_role("django")[0].name
    seen = on.beside(asker, "python3", "-I", "-c", _ASK_EACH, json.dumps(words))
    assert seen.output.exit_code == 0, seen.output.stderr.decode(errors="replace")[-300:]
    told = json.loads(seen.text)
    return seen, [
        Database(name, False, False, said[-300:])
        if isinstance(said, str)
        else Database(name, bool(said[0]), bool(said[1]), "")
        for name, said in told.items()
    ]


def one_writes_all_have_it(found: list[Database]) -> bool:
    """Return whether exactly one database takes writes, and each answers and has the payment."""
    return all(each.has_it for each in found) and sum(each.writes for each in found) == 1


def promoted(on: Subject) -> bool:
    """Return whether the archive has ever been sent a second timeline."""
    place = on.lab.with_role("backup")[0].name
    return bool(on.beside(place, "find", _ARCHIVE, "-name", "*.history*").text)


def in_words(found: list[Database]) -> str:
    """Return what all databases told."""
    return "; ".join(each.told() for each in found)


def places(on: Subject) -> tuple[str, list[str]]:
    """Return the primary and the standbys.

    Raises:
        AssertionError: not exactly one takes writes.
    """
    nodes = on.lab.with_role("replication")
    said = {n.name: sql(on, n.name, "SELECT pg_is_in_recovery()") for n in nodes}
    primaries = [name for name, standby in said.items() if standby == "f"]
    assert len(primaries) == 1, f"{' and '.join(primaries) or 'no node'} takes writes"
    return primaries[0], [name for name, standby in said.items() if standby == "t"]


def write(on: Subject) -> Asked:
    """Return the answer to a write through the front door.

    Raises:
        AssertionError: it is refused.
    """
    written = on.request(on.lab.app.write, f"verify-{on.nonce()}")
    assert written.first.status in on.lab.app.write.expected, on.told(written)
    return written


def paid(on: Subject, within_s: float) -> str:
    """Return the key of a payment that was acknowledged, waiting for somebody who takes it.

    Raises:
        AssertionError: nobody did within so many seconds.
    """

    def acknowledged() -> str | None:
        key = f"check-{on.nonce()}"
        sent.append(on.request(on.lab.app.write, key))
        return key if sent[-1].first.status in on.lab.app.write.expected else None

    sent: list[Asked] = []
    key = until(acknowledged, within_s, every_s=0.5)
    assert key, f"a payment was sent for {within_s:g} s: {on.told(sent[-1])}"
    return key


def sql(on: Subject, node: str, statement: str, database: str = "postgres") -> str:
    """Return what a node's own server answers.

    Raises:
        AssertionError: it answers with an error, or not at all.
    """
    said = on.run(node, *PSQL, database, "-c", statement)
    told = re.sub(r"\s+", " ", (said.stderr or said.stdout).decode(errors="replace"))
    assert said.exit_code == 0, f"{node}: psql: {told[-300:]}"
    return said.text.strip()
