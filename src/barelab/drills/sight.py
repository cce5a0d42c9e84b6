"""The service at this moment, as a live page shows it."""

from __future__ import annotations

from dataclasses import dataclass

from barelab.drills.journal import READ, WRITE, Journal

# Over so many seconds the rates are counted.
_WINDOW_S = 2.0


@dataclass(frozen=True, slots=True)
class Sight:
    """What somebody who looks sees; `last_write_s` ago the last one was acknowledged."""

    phase: str
    running_s: float = 0.0
    struck_s: float | None = None
    writes_per_s: float = 0.0
    reads_per_s: float = 0.0
    errors_per_s: float = 0.0
    last_write_s: float | None = None
    acknowledged: int = 0
    errors: int = 0


def sight_of(journal: Journal, phase: str, now: float, struck_at: float) -> Sight:
    """Return how the service is by a journal."""
    if not journal.readings:
        return Sight(phase)
    asked = list(journal.of(WRITE, READ))
    fresh = [attempt for attempt in asked if attempt.ended > now - _WINDOW_S]
    written = [attempt.ended for attempt in asked if attempt.kind == WRITE and attempt.good]
    return Sight(
        phase=phase,
        running_s=now - journal.begun,
        struck_s=now - struck_at if struck_at else None,
        writes_per_s=sum(a.good and a.kind == WRITE for a in fresh) / _WINDOW_S,
        reads_per_s=sum(a.good and a.kind == READ for a in fresh) / _WINDOW_S,
        errors_per_s=sum(not a.good for a in fresh) / _WINDOW_S,
        last_write_s=now - max(written) if written else None,
        acknowledged=len(written),
        errors=sum(not attempt.good for attempt in asked),
    )
