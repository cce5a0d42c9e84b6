"""Who took writes when, from what each database said of itself and what the engine did to it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

# How long an answer stands for what comes after it, where no other comes.
HOLD_S = 1.0
GRID_S = 0.02


class Role(Enum):
    """What a database server is: `DOWN` takes no writes for sure, `UNKNOWN` nobody knows."""

    PRIMARY = "primary"
    REPLICA = "replica"
    DOWN = "down"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Sample:
    """An answer of a database node: asked at `before`, answered at `after`.

    `age` is how long the server has been running, `followers` how many stream from it, `following`
    whether it streams from another.
    """

    before: float
    after: float
    role: Role
    age: float = 0.0
    followers: int = 0
    following: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """A time in which a node was off, paused or cut off: it took no write of anybody."""

    begun: float
    ended: float


@dataclass(frozen=True, slots=True)
class TwoWriters:
    """For how long two took writes for sure, and for how long two may have."""

    seconds: float
    unknown_s: float


def two_writers(
    samples: Mapping[str, Sequence[Sample]],
    still: Mapping[str, Sequence[Span]],
    begun: float,
    ended: float,
) -> TwoWriters:
    """Return for how long more than one database took writes, to 1/50 s.

    `still` are the spans in which a node surely took none.
    """
    nodes = [_Node(samples[name], still.get(name, ())) for name in samples]
    surely = perhaps = 0
    for step in range(max(0, int((ended - begun) / GRID_S))):
        roles = [node.at(begun + step * GRID_S) for node in nodes]
        writing, unknown = roles.count(Role.PRIMARY), roles.count(Role.UNKNOWN)
        surely += writing > 1
        perhaps += writing < 2 <= writing + unknown
    return TwoWriters(surely * GRID_S, perhaps * GRID_S)


class _Node:
    def __init__(self, samples: Sequence[Sample], still: Sequence[Span]) -> None:
        self._known = [s for s in samples if s.role is not Role.UNKNOWN]
        self._starts = [s.before for s in self._known]
        self._still = still

    def at(self, moment: float) -> Role:
        if any(span.begun <= moment < span.ended for span in self._still):
            return Role.DOWN
        place = bisect_right(self._starts, moment)
        last = self._known[place - 1].after if place else float("-inf")
        if moment - last <= HOLD_S:
            return self._known[place - 1].role
        later = next((s for s in self._known[place:] if s.role is not Role.DOWN), None)
        return self._before(later, moment, last) if later else Role.UNKNOWN

    def _before(self, later: Sample, moment: float, last: float) -> Role:
        """Return the role before the first answer of a server that answers later."""
        # A server cannot become a replica while it runs: one that is a replica always was.
        if moment >= later.after - later.age:
            return Role.REPLICA if later.role is Role.REPLICA else Role.UNKNOWN
        # Before it ran, and after the node was off, nobody did.
        was_off = any(last < span.ended <= moment for span in self._still)
        return Role.DOWN if was_off else Role.UNKNOWN
