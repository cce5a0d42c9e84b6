"""A journal of the load as typed data."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

WRITE, READ, HEALTH = "write", "read", "health"
# Before the name of a node of the application, which is asked whether it is alive.
NODE = "node:"


class Outcome(Enum):
    """What became of an attempt.

    A refused one surely had no effect; of an unknown one nobody can tell. A read of what is not
    there is `MISSING`.
    """

    ACKNOWLEDGED = "acknowledged"
    MISSING = "missing"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request; times in seconds of the probe's monotonic clock."""

    kind: str
    id: str
    due: float
    begun: float
    ended: float
    outcome: Outcome
    status: int
    why: str

    @property
    def good(self) -> bool:
        """Whether it got what it asked for."""
        return self.outcome is Outcome.ACKNOWLEDGED


@dataclass(frozen=True, slots=True)
class Reading:
    """Both clocks of the probe at one moment."""

    mono: float
    wall: float


@dataclass(slots=True)
class Journal:
    """What was read of a journal so far. `ended` tells why the load stopped, None before it has."""

    run: str = ""
    rates: Mapping[str, float] = field(default_factory=dict)
    attempts: list[Attempt] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    ended: str | None = None

    def add(self, text: str) -> None:
        """Take in whole lines; one that was cut by a crash is left out."""
        for line in text.splitlines():
            try:
                self._add(json.loads(line))
            except (ValueError, KeyError, TypeError):
                continue

    def of(self, *kinds: str) -> Iterable[Attempt]:
        """Return the attempts of these kinds in the order in which they ended."""
        return (attempt for attempt in self.attempts if attempt.kind in kinds)

    def nodes(self) -> list[str]:
        """Return the nodes of the application that are asked whether they are alive."""
        return [kind.removeprefix(NODE) for kind in self.rates if kind.startswith(NODE)]

    @property
    def begun(self) -> float:
        """When the load began."""
        return self.readings[0].mono

    @property
    def last(self) -> float:
        """When the load was last seen at work."""
        return max(self.readings[-1].mono, self.attempts[-1].ended if self.attempts else 0.0)

    def _add(self, raw: dict[str, Any]) -> None:
        match raw.pop("line"):
            case "attempt":
                self.attempts.append(Attempt(**{**raw, "outcome": Outcome(raw["outcome"])}))
                return
            case "header":
                self.run, self.rates = raw["run"], raw["rates"]
            case "end":
                self.ended = raw["why"]
        self.readings.append(Reading(raw["mono"], raw["wall"]))


def read_journal(text: str) -> Journal:
    """Return a journal."""
    journal = Journal()
    journal.add(text)
    return journal
