"""The matrix: what each case of an exercise must come to, and what it came to. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from barelab.grading.results import Result, Verdict
from barelab.model.exercise import Exercise

HEALTHY, UNTOUCHED = "healthy", "untouched"
SOLUTION, REBOOT, DECOY = "solution", "reboot", "decoy"
KINDS = (HEALTHY, UNTOUCHED, SOLUTION, REBOOT, DECOY)


@dataclass(frozen=True, slots=True)
class Case:
    """A row of the matrix: its kind, and which solution or decoy it is about.

    `expected` is the verdict that a sound exercise has here.
    """

    kind: str
    script: str = ""
    expected: Verdict = Verdict.PASS

    def __str__(self) -> str:
        return f"{self.kind}:{self.script}" if self.script else self.kind


@dataclass(frozen=True, slots=True)
class Cell:
    """What one case came to; `evidence` says why where it is not `ok`."""

    exercise: str
    seed: int
    case: Case
    verdict: Verdict
    failed_checks: tuple[str, ...]
    ok: bool
    evidence: str
    seconds: float

    def as_json(self) -> dict[str, Any]:
        """Return the cell as the command line's JSON has it."""
        return {
            "exercise": self.exercise,
            "seed": self.seed,
            "case": str(self.case),
            "expected": self.case.expected.value,
            "verdict": self.verdict.value,
            "failed_checks": list(self.failed_checks),
            "ok": self.ok,
            "evidence": self.evidence,
            "seconds": round(self.seconds, 3),
        }


@dataclass(frozen=True, slots=True)
class Matrix:
    """All cells of a run, as asked for; `left` names the exercises that no time was left for.

    `not_applicable` names those that need machines, on containers: they have no cells.
    """

    cells: tuple[Cell, ...]
    left: tuple[str, ...] = ()
    not_applicable: tuple[str, ...] = ()

    @property
    def wrong(self) -> int:
        """How many cells are not as a sound exercise has them."""
        return sum(not cell.ok for cell in self.cells)

    def as_json(self) -> dict[str, Any]:
        """Return the matrix as the command line's JSON has it."""
        cells = [cell.as_json() for cell in self.cells]
        return {
            "cells": cells,
            "wrong": self.wrong,
            "left": list(self.left),
            "not_applicable": list(self.not_applicable),
        }


def begun(exercise: Exercise) -> tuple[Case, ...]:
    """Return the cases of a lab that nobody has repaired: as it was, and as the break left it."""
    untouched = Verdict.FAIL if exercise.breaks else Verdict.PASS
    return Case(HEALTHY), Case(UNTOUCHED, "", untouched)


def solved(exercise: Exercise) -> tuple[tuple[Case, ...], ...]:
    """Return the cases of each solution, which follow from each other."""
    return tuple((Case(SOLUTION, name), Case(REBOOT, name)) for name in exercise.solutions)


def pretended(exercise: Exercise) -> tuple[Case, ...]:
    """Return the cases of the decoys."""
    return tuple(Case(DECOY, name, Verdict.FAIL) for name in exercise.decoys)


def cases(exercise: Exercise) -> tuple[Case, ...]:
    """Return every case of an exercise."""
    repaired = (case for pair in solved(exercise) for case in pair)
    return (*begun(exercise), *repaired, *pretended(exercise))


def judged(exercise: Exercise, seed: int, case: Case, result: Result, seconds: float) -> Cell:
    """Return the cell of a case that was graded."""
    failed = result.names(Verdict.FAIL)
    ok, evidence = result.verdict is case.expected, _told(result)
    if ok and case.kind == UNTOUCHED:
        ok = set(failed) == set(exercise.breaks) and not result.names(Verdict.COULD_NOT_GRADE)
        evidence = f"must fail and no others: {', '.join(exercise.breaks)}\n{evidence}"
    shown = "" if ok else evidence
    return Cell(exercise.name, seed, case, result.verdict, failed, ok, shown, seconds)


def failed(exercise: Exercise, seed: int, case: Case, why: str, seconds: float = 0.0) -> Cell:
    """Return the cell of a case that could not be graded."""
    return Cell(exercise.name, seed, case, Verdict.COULD_NOT_GRADE, (), False, why, seconds)


def matrix(
    exercises: Iterable[Exercise],
    seeds: Iterable[int],
    cells: Iterable[Cell],
    left: tuple[str, ...] = (),
) -> Matrix:
    """Return the cells in order; one that is missing is there as not graded, and so wrong."""
    found = {(cell.exercise, cell.seed, cell.case): cell for cell in cells}
    wanted = [(e, seed, case) for e in exercises for seed in seeds for case in cases(e)]
    return Matrix(
        tuple(
            found.get((e.name, seed, case)) or failed(e, seed, case, "was not run")
            for e, seed, case in wanted
        ),
        left,
    )


def _told(result: Result) -> str:
    if not result.checks:
        return "there is no check"
    odd = [check for check in result.checks if check.verdict is not Verdict.PASS]
    lines = [f"{check.name}: {check.verdict.value}: {check.evidence}" for check in odd]
    return "\n".join(lines) or f"all {len(result.checks)} checks passed"
