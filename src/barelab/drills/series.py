"""A run's load in short steps, for charts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from barelab.drills.journal import NODE, READ, WRITE, Journal
from barelab.drills.writers import Sample

STEP_S = 0.4


def series(journal: Journal) -> dict[str, list[int]]:
    """Return how many writes and reads were acknowledged, and failed, in each step."""
    zero = journal.begun
    steps = int((journal.last - zero) / STEP_S)
    names = ("writes", "failed_writes", "reads", "failed_reads")
    found = {name: [0] * steps for name in names}
    for attempt in journal.of(WRITE, READ):
        name = f"{'' if attempt.good else 'failed_'}{attempt.kind}s"
        step = int((attempt.ended - zero) / STEP_S)
        if step < steps:  # half a step would look like an outage
            found[name][step] += 1
    return found


def states(
    journal: Journal, samples: Mapping[str, Sequence[Sample]]
) -> dict[str, list[tuple[float, str]]]:
    """Return when each database and each node of the application became what.

    In seconds since the load began: a database's role, and `up` or `down`.
    """
    zero = journal.begun
    seen = {
        node: [(a.begun - zero, "up" if a.good else "down") for a in journal.of(f"{NODE}{node}")]
        for node in journal.nodes()
    }
    seen |= {
        node: [(max(0.0, s.before - zero), s.role.value) for s in taken]
        for node, taken in samples.items()
    }
    return {node: _changes(told) for node, told in seen.items()}


def _changes(told: Sequence[tuple[float, str]]) -> list[tuple[float, str]]:
    found: list[tuple[float, str]] = []
    for at, state in told:
        if not found or found[-1][1] != state:
            found.append((at, state))
    return found
