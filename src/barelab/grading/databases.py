"""What several roles' checks ask of the database nodes, each of which tells what it is."""

from __future__ import annotations

import re

from barelab.grading.answers import Asked
from barelab.grading.subject import Subject
from barelab.support.wait import until

PSQL = ("runuser", "-u", "postgres", "--", "psql", "--no-psqlrc", "-A", "-t")


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
