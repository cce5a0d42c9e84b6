"""What a run cost: from its journal, the fault's moment and the ids that are there at the end."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from statistics import median

from barelab.drills.journal import READ, WRITE, Attempt, Journal, Outcome

# Who waits for so long is not served; a run that ends in such silence did not end well.
_SILENCE_S = 1.0
_SILENT_GAPS = 10


@dataclass(frozen=True, slots=True)
class Found:
    """What was read at the end. `unread` are ids that nobody could be asked for.

    `twice` is how many rows there are beyond one for each id found; None where that is not known.
    """

    there: Collection[str]
    gone: Collection[str]
    unread: Collection[str]
    twice: int | None


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one run; None is what could not be read, or what never came."""

    write_rto_s: float | None
    read_rto_s: float | None
    degraded_s: float | None
    time_to_detect_s: float | None
    time_to_full_redundancy_s: float | None
    attempted: int
    acknowledged: int
    lost: int | None
    recovered: int | None
    unexpected: int | None
    duplicate: int | None
    wrong: int | None
    rpo_s: float | None
    two_writers_s: float | None
    errors: int
    write_errors: int
    read_errors: int
    p99_s: float | None

    def as_json(self) -> dict[str, object]:
        """Return the figures by name, seconds to the millisecond."""
        return {
            name: round(value, 3) if isinstance(value, float) else value
            for name, value in asdict(self).items()
        }


def measure(
    journal: Journal,
    struck_at: float,
    found: Found | None,
    *,
    alarm_at: float | None,
    whole_at: float | None,
    two_writers_s: float | None,
    wrong: int | None = None,
) -> Figures:
    """Return the figures of a run whose fault struck at `struck_at`."""
    writes, reads = list(journal.of(WRITE)), list(journal.of(READ))
    acknowledged = [write for write in writes if write.good]
    lost = _which(acknowledged, found.gone if found else None, found)
    return Figures(
        write_rto_s=rto(writes, struck_at, journal.last),
        read_rto_s=rto(reads, struck_at, journal.last),
        degraded_s=degraded((*writes, *reads), struck_at),
        time_to_detect_s=None if alarm_at is None else alarm_at - struck_at,
        time_to_full_redundancy_s=None if whole_at is None else max(0.0, whole_at - struck_at),
        attempted=len(writes),
        acknowledged=len(acknowledged),
        lost=None if lost is None else len(lost),
        recovered=_count(writes, Outcome.UNKNOWN, found),
        unexpected=_count(writes, Outcome.REFUSED, found),
        duplicate=found.twice if found else None,
        wrong=wrong,
        rpo_s=None if lost is None else rpo(lost, struck_at),
        two_writers_s=two_writers_s,
        errors=sum(not attempt.good for attempt in (*writes, *reads)),
        write_errors=sum(not write.good for write in writes),
        read_errors=sum(not read.good for read in reads),
        p99_s=percentile([a.ended - a.due for a in (*writes, *reads) if a.good], 0.99),
    )


def rto(attempts: Iterable[Attempt], struck_at: float, until: float) -> float | None:
    """Return for how long nothing was answered well: the longest pause, less the usual one.

    A pause is the time between two good answers, and counts when it ends after the fault; the
    usual one is the median before the fault. None where no good answer came before the fault, or
    where none came in the end.
    """
    ends = sorted(attempt.ended for attempt in attempts if attempt.good)
    usual = usual_pause(ends, struck_at)
    if usual is None or until - ends[-1] > max(_SILENCE_S, _SILENT_GAPS * usual):
        return None
    pauses = [after - before for before, after in pairwise(ends) if after > struck_at]
    return max(0.0, max(pauses) - usual) if pauses else None


def degraded(attempts: Iterable[Attempt], struck_at: float) -> float:
    """Return for how long after the fault some were not answered well, or waited for a second."""
    bad = [a.ended for a in attempts if not a.good or a.ended - a.due > _SILENCE_S]
    return max(0.0, max(bad, default=struck_at) - struck_at)


def usual_pause(ends: Sequence[float], struck_at: float) -> float | None:
    """Return the median pause between answers before the fault."""
    pauses = [after - before for before, after in pairwise(ends) if after <= struck_at]
    return median(pauses) if pauses else None


def rpo(lost: Sequence[Attempt], struck_at: float) -> float:
    """Return how far back acknowledged writes are gone, in seconds; 0 where none is."""
    if not lost:
        return 0.0
    ends = [attempt.ended for attempt in lost]
    return max(struck_at, *ends) - min(ends)


def percentile(values: Sequence[float], share: float) -> float | None:
    """Return the value that the share of all does not exceed, or None where there are none."""
    ordered = sorted(values)
    return ordered[math.ceil(share * len(ordered)) - 1] if ordered else None


def _which(
    attempts: Iterable[Attempt], ids: Collection[str] | None, found: Found | None
) -> list[Attempt] | None:
    chosen = list(attempts)
    if ids is None or found is None or any(attempt.id in found.unread for attempt in chosen):
        return None
    return [attempt for attempt in chosen if attempt.id in ids]


def _count(writes: Iterable[Attempt], outcome: Outcome, found: Found | None) -> int | None:
    those = [write for write in writes if write.outcome is outcome]
    there = _which(those, found.there if found else None, found)
    return None if there is None else len(there)
