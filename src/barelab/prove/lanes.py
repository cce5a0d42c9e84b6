"""Lanes: what one seat goes through from clean to the last grading, case by case."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from barelab.grading.results import Result
from barelab.model.exercise import Exercise
from barelab.prove.cells import (
    DECOY,
    HEALTHY,
    REBOOT,
    SOLUTION,
    UNTOUCHED,
    Case,
    Cell,
    begun,
    failed,
    judged,
    pretended,
    solved,
)
from barelab.support.errors import BarelabError


class Run(Protocol):
    """An exercise with its seed on a seat, as `exercises.round.Round` does it."""

    def break_(self) -> None:
        """Break the lab."""
        ...

    def follow(self, folder: str, name: str) -> None:
        """Run a solution or decoy."""
        ...

    def settle(self) -> None:
        """Let what was just restarted come up."""
        ...

    def check(self) -> Result:
        """Grade as the lab is now."""
        ...

    def finish(self) -> Result:
        """Grade for good, after a reboot."""
        ...


class Seat(Protocol):
    """A seat of prove's own."""

    def clean(self, exercise: Exercise, seed: int) -> Run:
        """Bring the exercise's lab up as new, and return the exercise on it."""
        ...

    def close(self) -> None:
        """Remove the seat."""
        ...


@dataclass(frozen=True, slots=True)
class Lane:
    """One way through an exercise: cases that follow from each other on one seat."""

    exercise: Exercise
    seed: int
    cases: tuple[Case, ...]


def lanes(exercise: Exercise, seed: int) -> tuple[Lane, ...]:
    """Return the lanes that cover every case: healthy to repaired in one, others each alone."""
    first, *others = solved(exercise)
    ways = [(*begun(exercise), *first), *others, *((case,) for case in pretended(exercise))]
    return tuple(Lane(exercise, seed, way) for way in ways)


def drive(lane: Lane, seat: Seat) -> Iterator[Cell]:
    """Yield the cells of a lane. Once something cannot be done, the rest cannot be graded."""
    started = time.monotonic()
    trouble = ""
    run: Run | None = None
    broken = False
    for case in lane.cases:
        try:
            if trouble:
                raise BarelabError(trouble)
            run = run or seat.clean(lane.exercise, lane.seed)
            if case.kind != HEALTHY and not broken:
                run.break_()
                broken = True
            result = _GRADED[case.kind](run, case.script)
            yield judged(lane.exercise, lane.seed, case, result, time.monotonic() - started)
        except BarelabError as error:
            trouble = str(error)
            yield failed(lane.exercise, lane.seed, case, trouble, time.monotonic() - started)
        started = time.monotonic()


def _check(run: Run, _script: str) -> Result:
    return run.check()


def _solution(run: Run, script: str) -> Result:
    run.follow("solutions", script)
    run.settle()
    return run.check()


def _reboot(run: Run, _script: str) -> Result:
    return run.finish()


def _decoy(run: Run, script: str) -> Result:
    run.follow("decoys", script)
    return run.finish()


_GRADED: dict[str, Callable[[Run, str], Result]] = {
    HEALTHY: _check,
    UNTOUCHED: _check,
    SOLUTION: _solution,
    REBOOT: _reboot,
    DECOY: _decoy,
}
