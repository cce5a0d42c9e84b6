"""How a learner stands with every exercise, and what is next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from barelab.exercises.store import Store, Tally
from barelab.model.loading import exercise_names, load_exercise

NEW, OPEN, TRIED, PASSED = "new", "under way", "tried", "passed"


@dataclass(frozen=True, slots=True)
class Standing:
    """An exercise and what its learner has done with it so far."""

    name: str
    title: str
    lab: str
    level: int
    minutes: int
    state: str
    attempts: int
    passed: int
    hints: int
    best_points: int
    max_points: int
    machines_only: bool

    @property
    def track(self) -> str:
        """The folder that it is in."""
        return self.name.partition("/")[0]

    @property
    def score(self) -> str:
        """The best points of the possible ones, or a dash before the first finish."""
        return f"{self.best_points} of {self.max_points}" if self.max_points else "-"

    def as_json(self) -> dict[str, Any]:
        """Return the standing as the command line's JSON has it."""
        return {"exercise": self.name, **{k: v for k, v in asdict(self).items() if k != "name"}}


@dataclass(frozen=True, slots=True)
class Track:
    """How many exercises a track has, and how many of them are passed."""

    name: str
    total: int
    passed: int

    def as_json(self) -> dict[str, Any]:
        """Return the track as the command line's JSON has it."""
        return {"track": self.name, "total": self.total, "passed": self.passed}


def standings(store: Store) -> tuple[Standing, ...]:
    """Return how the learner stands with each exercise, by level and name."""
    tallies, under_way = store.tallies(), store.under_way()
    found = []
    for name in exercise_names():
        exercise, tally = load_exercise(name), tallies.get(name, Tally(name, 0, 0, 0, 0, 0))
        state = PASSED if tally.passed else TRIED if tally.attempts else NEW
        found.append(
            Standing(
                name=name,
                title=exercise.title,
                lab=exercise.lab,
                level=exercise.level,
                minutes=exercise.minutes,
                state=OPEN if name in under_way else state,
                attempts=tally.attempts,
                passed=tally.passed,
                hints=tally.hints,
                best_points=tally.best_points,
                max_points=tally.max_points,
                machines_only=exercise.machines_only,
            )
        )
    return tuple(sorted(found, key=lambda each: (each.level, each.name)))


def next_up(standings: Sequence[Standing]) -> Standing | None:
    """Return the easiest exercise that is neither passed nor under way, and runs anywhere."""
    todo = (each for each in standings if each.state in (NEW, TRIED))
    return next((each for each in todo if not each.machines_only), None)


def tracks(standings: Sequence[Standing]) -> tuple[Track, ...]:
    """Return the tracks by name."""
    names = sorted({each.track for each in standings})
    members = {name: [each for each in standings if each.track == name] for name in names}
    return tuple(
        Track(name, len(found), sum(each.passed > 0 for each in found))
        for name, found in members.items()
    )


def streak(passed_on: Sequence[date], today: date | None = None) -> int:
    """Return on how many days in a row, up to today or yesterday, an exercise was passed."""
    days, day = set(passed_on), today or date.today()
    day = day if day in days else day - timedelta(days=1)
    count = 0
    while day - timedelta(days=count) in days:
        count += 1
    return count
