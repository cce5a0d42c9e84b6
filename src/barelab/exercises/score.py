"""Points of an attempt: for the repair, the diagnosis, for no harm, less the hints. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from barelab.grading.results import Result, Verdict

PER_PART = 1
NO_HARM = 2
PER_HINT = 1


@dataclass(frozen=True, slots=True)
class Score:
    """What each part of an attempt earned. `hints` is what the hints cost, at most all the rest.

    Where the solution was shown, the repair earns nothing.
    """

    repair: int
    repair_max: int
    diagnosis: int
    diagnosis_max: int
    no_harm: int
    no_harm_max: int
    hints: int

    @property
    def points(self) -> int:
        """The points in all, never below 0."""
        return self.repair + self.diagnosis + self.no_harm - self.hints

    @property
    def max_points(self) -> int:
        """The points that could be earned."""
        return self.repair_max + self.diagnosis_max + self.no_harm_max

    def as_json(self) -> dict[str, Any]:
        """Return the score as the command line's JSON has it."""
        return {"points": self.points, "max_points": self.max_points, **asdict(self)}


def right_parts(right: Mapping[str, str], said: Mapping[str, str]) -> tuple[str, ...]:
    """Return the parts of a diagnosis that are right."""
    return tuple(part for part, choice in right.items() if said.get(part) == choice)


def score(
    result: Result,
    right: Mapping[str, str],
    said: Mapping[str, str],
    hints: int,
    solution_shown: bool,
) -> Score:
    """Return the points of an attempt that was graded for good."""
    repair = 0 if solution_shown else result.points
    diagnosis = PER_PART * len(right_parts(right, said))
    no_harm = NO_HARM if result.verdict is Verdict.PASS else 0
    return Score(
        repair=repair,
        repair_max=result.max_points,
        diagnosis=diagnosis,
        diagnosis_max=PER_PART * len(right),
        no_harm=no_harm,
        no_harm_max=NO_HARM,
        hints=min(PER_HINT * hints, repair + diagnosis + no_harm),
    )
