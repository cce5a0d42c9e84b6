"""How often grading was wrong: counted from what `prove --json` wrote, with what that can show."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from barelab.grading.results import Verdict
from barelab.support.errors import UsageError

_HEAD = "| what | cells | wrong | at most, with 95 % |\n| --- | --- | --- | --- |"


@dataclass(frozen=True, slots=True)
class Rate:
    """Cells of one kind, and how many of them were wrong."""

    what: str
    cells: int
    wrong: int

    @property
    def bound(self) -> str:
        """What n sound cells show: 3/n ("rule of three", Hanley and Lippman-Hand, JAMA 1983)."""
        if self.wrong or not self.cells:
            return "-"
        return f"3/{self.cells} = {3 / self.cells:.2%}"

    def row(self) -> str:
        """Return the row of the page's table."""
        return f"| {self.what} | {self.cells} | {self.wrong} | {self.bound} |"


@dataclass(frozen=True, slots=True)
class Rates:
    """The rates of one or several runs together."""

    exercises: int
    seeds: tuple[int, ...]
    rates: tuple[Rate, ...]

    def told(self) -> str:
        """Return them as Markdown."""
        seeds = ", ".join(map(str, self.seeds))
        rows = "\n".join(rate.row() for rate in self.rates)
        return f"{self.exercises} exercises, seeds {seeds}.\n\n{_HEAD}\n{rows}"


def read_cells(paths: Iterable[Path]) -> list[dict[str, Any]]:
    """Return the cells of the files that `prove --json` wrote.

    Raises:
        UsageError: one is no such file.
    """
    cells = []
    for path in paths:
        try:
            cells += json.loads(path.read_text())["cells"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise UsageError(f"{path} is no output of `barelab prove --json`: {error}") from None
    return cells


def rates(cells: Sequence[dict[str, Any]]) -> Rates:
    """Return how often a wrong repair was passed, a right one refused, and nothing was told."""

    def wrong(expected: Verdict, got: Verdict) -> Rate:
        of_kind = [cell for cell in cells if cell["expected"] == expected.value]
        count = sum(cell["verdict"] == got.value for cell in of_kind)
        return Rate(_WHAT[expected], len(of_kind), count)

    untold = sum(cell["verdict"] == Verdict.COULD_NOT_GRADE.value for cell in cells)
    return Rates(
        len({cell["exercise"] for cell in cells}),
        tuple(sorted({int(cell["seed"]) for cell in cells})),
        (
            wrong(Verdict.FAIL, Verdict.PASS),
            wrong(Verdict.PASS, Verdict.FAIL),
            Rate("could not grade", len(cells), untold),
        ),
    )


_WHAT = {
    Verdict.FAIL: "wrong passes, of untouched faults and decoys",
    Verdict.PASS: "wrong fails, of healthy labs and repairs, before and after a reboot",
}
