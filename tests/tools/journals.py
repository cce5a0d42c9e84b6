"""Journals with planted gaps, losses and faults: what the meter must find."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from barelab.drills.journal import HEALTH, READ, WRITE, Attempt, Journal, Outcome, Reading

BEGUN = 1000.0
TOOK_S = 0.01
RATES = {WRITE: 25.0, READ: 10.0, HEALTH: 2.0}


@dataclass(frozen=True)
class Gap:
    """From `at` on, seconds after the start, everything fails for `seconds`."""

    at: float
    seconds: float

    def holds(self, moment: float) -> bool:
        return self.at <= moment - BEGUN < self.at + self.seconds


def attempts(kind: str, rate: float, seconds: float, gap: Gap | None) -> Iterable[Attempt]:
    for number in range(int(rate * seconds)):
        due = BEGUN + number / rate
        bad = gap is not None and gap.holds(due + TOOK_S)
        outcome = Outcome.UNKNOWN if bad else Outcome.ACKNOWLEDGED
        why = "status 502" if bad else ""
        yield Attempt(kind, f"{kind}-{number}", due, due, due + TOOK_S, outcome, 0, why)


def planted(seconds: float = 20.0, gap: Gap | None = None) -> Journal:
    """Return the journal of a healthy load that stopped as it was told, but for the gap."""
    made = [a for kind, rate in RATES.items() for a in attempts(kind, rate, seconds, gap)]
    readings = [Reading(BEGUN + n, 5000.0 + n) for n in range(int(seconds) + 1)]
    made.sort(key=lambda attempt: attempt.ended)
    return Journal("run", RATES, made, readings, "stopped")


def changed(journal: Journal, change: Callable[[Attempt], Attempt | None]) -> Journal:
    """Return a journal whose attempts are changed, or gone where that gives None."""
    return replace(journal, attempts=[new for old in journal.attempts if (new := change(old))])
