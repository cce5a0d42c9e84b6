"""Whether a run's own measurement can be trusted: what makes that it does not count, or is odd."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from barelab.drills.journal import HEALTH, READ, WRITE, Journal

# An attempt that begins so much later than it was due is late.
LATE_S = 0.25
# More late ones, or fewer attempts than were due, and the load was another than the drill's.
_LATE_SHARE = 0.02
_MADE_SHARE = 0.95
# Errors before anything was broken: so many of the baseline's attempts at most.
_BROKEN_SHARE = 0.02
# A step of the wall clock against the monotonic one; slewing by NTP is a thousandth of it.
_STEP_S = 0.05


def doubts(journal: Journal, struck_at: float) -> Iterator[str]:
    """Yield each reason for which a run does not count."""
    if not journal.readings:
        yield "the load never began"
        return
    if journal.ended is None:
        yield "the load generator died: its journal has no end"
    elif journal.ended != "stopped":
        yield f"the load generator ended by itself: {journal.ended}"
    yield from _rates(journal)
    before = [attempt for attempt in journal.attempts if attempt.ended < struck_at]
    bad = [attempt for attempt in before if not attempt.good]
    if not any(attempt.kind == WRITE and attempt.good for attempt in before):
        yield "no write was acknowledged before the fault"
    elif len(bad) > _BROKEN_SHARE * len(before):
        yield f"{len(bad)} of {len(before)} attempts failed before the fault: {bad[0].why}"


def _rates(journal: Journal) -> Iterator[str]:
    late = [a for a in journal.attempts if a.begun - a.due > LATE_S]
    if len(late) > _LATE_SHARE * len(journal.attempts):
        worst = max(a.begun - a.due for a in late)
        yield (
            f"the load generator could not keep its rate: {len(late)} of {len(journal.attempts)} "
            f"attempts began more than {LATE_S:g} s late, the worst {worst:.1f} s"
        )
    seconds = max((a.due for a in journal.attempts), default=journal.last) - journal.begun
    for kind in (WRITE, READ, HEALTH):
        due = seconds * journal.rates.get(kind, 0.0)
        made = [attempt for attempt in journal.attempts if attempt.kind == kind]
        if len(made) < _MADE_SHARE * due - 1:
            last = max((a.due for a in made), default=journal.begun) - journal.begun
            yield f"{kind}s stopped: {len(made)} of {due:.0f} were made, the last at {last:.1f} s"


def clock_steps(journal: Journal) -> Iterator[str]:
    """Yield each step of the probe's wall clock; figures do not depend on it."""
    for before, after in pairwise(journal.readings):
        step = (after.wall - before.wall) - (after.mono - before.mono)
        if abs(step) > _STEP_S:
            at = after.mono - journal.begun
            yield f"the probe's clock was set by {step:+.1f} s at {at:.0f} s of the run"
