"""A run's load in steps of half a second, for charts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from barelab.drills.journal import READ, WRITE, Journal
from barelab.drills.writers import Sample

STEP_S = 0.5


def series(journal: Journal) -> dict[str, list[int]]:
    """Return how many writes and reads were acknowledged, and failed, in each step."""
    zero = journal.begun
    steps = int((journal.last - zero) / STEP_S) + 1
    names = ("writes", "failed_writes", "reads", "failed_reads")
    found = {name: [0] * steps for name in names}
    for attempt in journal.of(WRITE, READ):
        name = f"{'' if attempt.good else 'failed_'}{attempt.kind}s"
        found[name][min(steps - 1, int((attempt.ended - zero) / STEP_S))] += 1
    return found


def roles(
    samples: Mapping[str, Sequence[Sample]], zero: float
) -> dict[str, list[tuple[float, str]]]:
    """Return when each database became what, in seconds after `zero`."""
    found: dict[str, list[tuple[float, str]]] = {}
    for node, taken in samples.items():
        changes = found.setdefault(node, [])
        for sample in taken:
            if not changes or changes[-1][1] != sample.role.value:
                changes.append((max(0.0, sample.before - zero), sample.role.value))
    return found
