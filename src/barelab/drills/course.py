"""The course of a run: when it was noticed, when the service was back, when all was whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from barelab.drills.journal import HEALTH, NODE, READ, WRITE, Journal
from barelab.drills.writers import Role, Sample

# What a usual monitor waits for: two questions in a row that fail, or a second of silence.
FAILS_IN_A_ROW = 2
SILENCE_S = 1.0
# So much of the load must be answered for the service to be back; some attempt is under way always.
_ANSWERED = 0.8

Samples = Mapping[str, Sequence[Sample]]


@dataclass(frozen=True, slots=True)
class Alarm:
    """When a monitor would have rung, and why."""

    at: float
    why: str


def alarm(journal: Journal, samples: Samples, struck_at: float) -> Alarm | None:
    """Return the first alarm after the fault, if one rang."""
    pages = {HEALTH: "the health page", **{f"{NODE}{n}": n for n in journal.nodes()}}
    rung = [
        *(_of_page(journal, kind, told, struck_at) for kind, told in pages.items()),
        *(_of(node, taken, struck_at) for node, taken in samples.items()),
    ]
    return min((each for each in rung if each), key=lambda each: each.at, default=None)


def _of_page(journal: Journal, kind: str, told: str, struck_at: float) -> Alarm | None:
    in_a_row = 0
    for attempt in journal.of(kind):
        in_a_row = 0 if attempt.good else in_a_row + 1
        if in_a_row >= FAILS_IN_A_ROW and attempt.ended >= struck_at:
            return Alarm(attempt.ended, f"{told}: {attempt.why}")
    return None


def _of(node: str, samples: Sequence[Sample], struck_at: float) -> Alarm | None:
    since: float | None = None
    for sample in samples:
        if sample.role in (Role.PRIMARY, Role.REPLICA):
            since = None
        elif since is None:
            since = sample.before
        if since is not None and sample.after >= struck_at and sample.after - since >= SILENCE_S:
            return Alarm(sample.after, f"the database of {node} is {sample.role.value}")
    return None


def served_since(
    journal: Journal, now: float, settle_s: float, *, soon: bool = True
) -> float | None:
    """Return since when everything was answered well; None where too little was of late.

    Without `soon`, an answer that had to be waited for is good, too.
    """
    asked = [attempt for attempt in journal.of(WRITE, READ) if attempt.ended <= now]
    bad = [attempt.ended for attempt in asked if not attempt.good]
    since = max(bad, default=journal.begun)
    fresh = [attempt for attempt in asked if attempt.good and attempt.ended > now - settle_s]
    due = settle_s * (journal.rates.get(WRITE, 0.0) + journal.rates.get(READ, 0.0))
    if len(fresh) < _ANSWERED * due:
        return None
    if not soon:
        return since
    # Silence counts as much as an error: what was answered late was not answered before.
    late = [attempt.ended for attempt in asked if attempt.ended - attempt.due > SILENCE_S]
    return max([since, *late])


def nodes_since(journal: Journal) -> float | None:
    """Return since when every node of the application is alive; None where one is not."""
    since = 0.0
    for node in journal.nodes():
        asked = list(journal.of(f"{NODE}{node}"))
        if not asked or not asked[-1].good:
            return None
        bad = [attempt.ended for attempt in asked if not attempt.good]
        since = max([since, *bad[-1:]])
    return since


def databases_since(samples: Samples, before: Samples) -> float | None:
    """Return since when as many databases take writes, and are followed, as before the fault.

    None where they do not. `before` are the samples of the time before the fault. Where one takes
    writes that may be another one now; where several do, each is what it was.
    """
    since = 0.0
    writers = max(1, _writers(before))
    most = followers(before)
    for node, taken in samples.items():
        wanted = before[node][-1].followers if writers > 1 and before.get(node) else most
        sound = _sound_since(taken, wanted)
        if sound is None:
            return None
        since = max(since, sound)
    return since if not samples or _writers(samples) == writers else None


def followers(samples: Samples) -> int:
    """Return how many databases streamed from another, by the last answer of whom they follow."""
    return max((taken[-1].followers for taken in samples.values() if taken), default=0)


def _writers(samples: Samples) -> int:
    return sum(taken[-1].role is Role.PRIMARY for taken in samples.values() if taken)


def _sound_since(samples: Sequence[Sample], wanted: int) -> float | None:
    since: float | None = None
    for sample in reversed(samples):
        primary = sample.role is Role.PRIMARY and sample.followers >= wanted
        if not primary and not (sample.role is Role.REPLICA and sample.following):
            break
        since = sample.before
    return since
