"""A run begins when the site is as well as it will be, and not before."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, repeat
from types import SimpleNamespace
from typing import Any, cast

import pytest

from barelab.drills.settling import IN_A_ROW, settle
from barelab.grading.subject import Subject


class _Site:
    """Answers well, or not, in this order."""

    def __init__(self, answers: Iterator[bool]) -> None:
        app = SimpleNamespace(write=SimpleNamespace(site="portal"), health="/health/")
        self.lab, self._answers, self.asked = SimpleNamespace(app=app), answers, 0

    def ask_site(self, *_: str, **__: float) -> Any:
        self.asked += 1
        good = next(self._answers)
        return SimpleNamespace(all_have=lambda _: good)


@pytest.mark.parametrize(
    ("first", "asked"),
    [([], IN_A_ROW), ([False], IN_A_ROW + 1), ([True] * 5 + [False], 2 * IN_A_ROW)],
)
def test_a_run_waits_for_good_answers_in_a_row(first: list[bool], asked: int) -> None:
    site = _Site(chain(first, repeat(True)))
    settle(cast(Subject, site), every_s=0.0)
    assert site.asked == asked


def test_a_site_that_is_never_well_is_waited_for_so_long_and_no_longer() -> None:
    site = _Site(repeat(False))
    settle(cast(Subject, site), within_s=0.0)
    assert site.asked >= 1
