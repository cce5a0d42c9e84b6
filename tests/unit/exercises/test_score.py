"""Points: what each part earns, and what hints and the solution cost."""

from __future__ import annotations

import pytest

from barelab.exercises.score import Score, score
from barelab.grading.results import CheckResult, Result, Verdict

RIGHT = {"what": "a", "where": "web1", "evidence": "log"}


def _result(verdict: Verdict, points: int = 8) -> Result:
    return Result((CheckResult("page", "Page", verdict, points, 10, "", 0.0),))


@pytest.mark.parametrize(
    ("said", "hints", "shown", "points"),
    [
        (RIGHT, 0, False, 8 + 3 + 2),
        ({}, 0, False, 8 + 2),
        ({"what": "a", "where": "db1"}, 0, False, 8 + 1 + 2),
        (RIGHT, 2, False, 13 - 2),
        (RIGHT, 1, True, 3 + 2 - 1),
        ({}, 9, True, 0),
    ],
)
def test_each_part_counts_for_itself(
    said: dict[str, str], hints: int, shown: bool, points: int
) -> None:
    found = score(_result(Verdict.PASS), RIGHT, said, hints, shown)
    assert (found.points, found.max_points) == (points, 10 + 3 + 2)
    assert found.as_json()["points"] == points


def test_harm_earns_nothing() -> None:
    found = score(_result(Verdict.FAIL), RIGHT, RIGHT, 0, False)
    assert found == Score(8, 10, 3, 3, 0, 2, 0)
