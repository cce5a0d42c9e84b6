"""What several runs of a drill came to, against its goal and what must hold."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

from barelab import __version__
from barelab.drills.run import Run
from barelab.drills.series import STEP_S
from barelab.model.drill import BOUNDED, Drill, Rules
from barelab.model.lab import Lab

Number = float | int
GOAL, MUST = "goal", "must hold"
# Where nothing stands for these, it never came: that is an answer, and it is no.
NEVER = ("write_rto_s", "read_rto_s", "time_to_detect_s", "time_to_full_redundancy_s")


@dataclass(frozen=True, slots=True)
class Judged:
    """A figure over all runs that count. `held` is None where that could not be told.

    `kind` is empty, and `bound` None, for a figure that the drill does not bound.
    """

    figure: str
    kind: str
    bound: float | None
    median: Number | None
    worst: Number | None
    held: bool | None


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """A drill that was run. `begun_at` is wall-clock time."""

    drill: Drill
    rules: Rules
    lab: Lab
    seat: str
    operator: str
    begun_at: str
    backend: str
    runs: Sequence[Run]

    @property
    def counted(self) -> list[Run]:
        """The runs whose measurement is sound."""
        return [run for run in self.runs if not run.aborted]

    @property
    def held(self) -> bool | None:
        """Whether all that is bounded held in every run; None where that could not be told."""
        held = [each.held for each in self.judged() if each.kind]
        if False in held:
            return False
        return None if None in held or len(self.counted) < len(self.runs) else True

    @property
    def exit_code(self) -> int:
        """0 where everything held, 1 where something did not, 3 where that could not be told."""
        return {True: 0, False: 1, None: 3}[self.held]

    def judged(self) -> tuple[Judged, ...]:
        """Return every figure that may be bounded, those that are first in their order."""
        return tuple(self._judged())

    def as_json(self) -> dict[str, Any]:
        """Return the object of design.md, and what a report needs beside it."""
        drill = self.drill
        return {
            "drill": drill.name,
            "lab": self.lab.name,
            "options": self.lab.options,
            "title": drill.title,
            "hypothesis": drill.hypothesis,
            "seat": self.seat,
            "operator": self.operator,
            "begun_at": self.begun_at,
            "held": self.held,
            "judged": [asdict(each) for each in self.judged()],
            "load": {"writes_per_s": drill.writes_per_s, "reads_per_s": drill.reads_per_s},
            "fault": drill.fault.kind.value,
            "step_s": STEP_S,
            "versions": {
                "barelab": __version__,
                "python": ".".join(map(str, sys.version_info[:3])),
                "backend": self.backend,
            },
            "runs": [run.as_json() for run in self.runs],
        }

    def _judged(self) -> Iterator[Judged]:
        for kind, bounds in ((GOAL, self.rules.goal), (MUST, self.rules.must_hold)):
            for figure, bound in bounds.items():
                yield self._one(figure, kind, bound)
        bounded = {*self.rules.goal, *self.rules.must_hold}
        yield from (self._one(name, "", None) for name in BOUNDED if name not in bounded)

    def _one(self, figure: str, kind: str, bound: float | None) -> Judged:
        values: list[Number | None] = [getattr(run.figures, figure) for run in self.counted]
        known = [value for value in values if value is not None]
        complete = bool(known) and len(known) == len(values)
        return Judged(
            figure,
            kind,
            bound,
            median(known) if complete else None,
            max(known) if complete else None,
            _held(figure, bound, values),
        )


def _held(figure: str, bound: float | None, values: Sequence[Number | None]) -> bool | None:
    if bound is None or not values:
        return None
    if any(value is not None and value > bound for value in values):
        return False
    if None in values:
        return False if figure in NEVER else None
    return True
