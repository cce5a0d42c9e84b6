"""Backups: there is one, it is whole, and it is away from what it is of."""

from __future__ import annotations

import json

from barelab.grading import Beside, Evidence, Subject, check, evidence
from barelab.support.wait import until

# A new lab makes its first one when all else is done.
FIRST_S = 75.0
# It reads tens of megabytes: a second, and ten on a machine that does much else.
VERIFY_S = 60.0
FULL = ("find", "/proc/1/root/var/lib/pgbackrest/backup", "-name", "backup.manifest")
PGBACKREST = ("runuser", "-u", "postgres", "--", "pgbackrest", "--stanza=main")


@check("There is a base backup, with the WAL that a restore needs", timeout_s=120)
def exists(on: Subject) -> Evidence:
    """Waits for the first one of a new lab, and looks at its files."""
    for node in on.lab.with_role("backup"):
        label, seen = _first(on, node.name)
    return evidence(f"{node.name} has {label}", seen)


@check("What is in the repository is whole", timeout_s=120)
def whole(on: Subject) -> Evidence:
    """Reads every file again and compares it with its checksum."""
    for node in on.lab.with_role("backup"):
        _, seen = _first(on, node.name)
        said = on.run(node.name, *PGBACKREST, "--output=text", "verify", timeout_s=VERIFY_S)
        assert said.exit_code == 0, f"{node.name}: {said.text[-300:]}"
        assert "error" not in said.text.lower(), f"{node.name}: {said.text[-300:]}"
    return evidence(f"{node.name}: every file has its checksum", seen)


def _first(on: Subject, node: str) -> tuple[str, Beside]:
    """Return the newest backup's label, and the files of all: pgBackRest lists it after them."""
    told: list[str] = []

    def made() -> tuple[str, Beside] | None:
        told.append(on.run(node, *PGBACKREST, "info", "--output=json").text)
        known = json.loads(told[-1] or "[]")
        if not known or known[0]["status"]["code"]:
            return None
        label, seen = known[0]["backup"][-1]["label"], on.beside(node, *FULL)
        return (label, seen) if label in seen.text else None

    found = until(made, FIRST_S, every_s=1)
    assert found, f"{node} has no base backup with its files: {told[-1][:300]}"
    return found
