"""What is in the database at the end, by the application's own word through the front door."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from barelab.drills.figures import Found
from barelab.grading.subject import Subject
from barelab.support.errors import CouldNotTell
from barelab.support.wait import until

# What app.yaml promises to fit into an address.
_AT_ONCE = 100
_PATIENCE_S = 20.0
_EVERY_S = 0.5


class Ledger:
    """Asks for ids and counts rows. `first` is an id that it wrote itself."""

    def __init__(self, on: Subject, run: str) -> None:
        self._on = on
        self.first = f"{run}-first"
        self._kind, self._before = "", 0

    def open(self) -> None:
        """Write one row, and learn from the counts what kind of row a write is.

        Raises:
            CouldNotTell: it is not acknowledged.
        """
        before = self._counts()
        asked = self._on.request(self._on.lab.app.write, self.first)
        if asked.first.status not in self._on.lab.app.write.expected:
            raise CouldNotTell(f"the application takes no write: {asked.told()}")
        after = self._counts()
        grown = [name for name, count in after.items() if count == before.get(name, 0) + 1]
        if len(grown) == 1:
            self._kind = grown[0]
            self._before = after[self._kind]

    def found(self, ids: Sequence[str]) -> Found:
        """Return which of the ids are there, which are not, and which nobody could be asked for."""
        there, gone, unread = set[str](), set[str](), set[str]()
        repeated = 0
        for some in batches(ids):
            said = self._asked(some)
            if said is None:
                unread |= set(some)
                continue
            there |= set(said["found"]) & set(some)
            gone |= set(said["missing"]) & set(some)
            repeated += len(said["found"]) - len(set(said["found"]))
        unread |= set(ids) - there - gone
        return Found(there, gone, unread, None if unread else self._twice(there, repeated))

    def _twice(self, there: set[str], repeated: int) -> int | None:
        """Return how many rows there are beyond one an id, of ids that were asked for."""
        if not self._kind:
            return None
        try:
            rows = self._counts()[self._kind] - self._before
        except (CouldNotTell, KeyError):
            return None
        more = rows - len(there - {self.first})
        return None if more < 0 else more + repeated

    def _asked(self, ids: Sequence[str]) -> dict[str, list[str]] | None:
        many, one = self._on.lab.app.read_many, self._on.lab.app.read
        if many is not None:
            return self._until_read(many, ",".join(ids))
        found: dict[str, list[str]] = {"found": [], "missing": []}
        for key in ids:
            status = self._on.request(one, key).first.status
            if status in one.expected or status == one.missing:
                found["found" if status in one.expected else "missing"].append(key)
        return found

    def _until_read(self, request: Any, keys: str) -> dict[str, list[str]] | None:
        def read() -> dict[str, list[str]] | None:
            asked = self._on.request(request, keys)
            if not asked.all_have(200):
                return None
            try:
                said = asked.first.json()
                return {name: [str(key) for key in said[name]] for name in ("found", "missing")}
            except (ValueError, KeyError, TypeError):
                return None

        return until(read, _PATIENCE_S, _EVERY_S)

    def _counts(self) -> dict[str, int]:
        def counted() -> dict[str, int] | None:
            asked = self._on.request(self._on.lab.app.counts)
            if not asked.all_have(200):
                return None
            try:
                said = json.loads(asked.first.body)
            except ValueError:
                return None
            return {str(name): count for name, count in said.items() if isinstance(count, int)}

        found = until(counted, _PATIENCE_S, _EVERY_S)
        if found is None:
            raise CouldNotTell("the application does not count its data")
        return found


def batches(ids: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """Return the ids in as many at a time as one question takes."""
    rest = iter(ids)
    while some := tuple(islice(rest, _AT_ONCE)):
        yield some
