"""Contestants take turns, and nothing stays up when one fails."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from barelab.bench.rounds import side_by_side
from barelab.support.errors import CouldNotTell


@dataclass
class Runner:
    name: str
    log: list[str]
    fails_at: int = -1

    def up(self) -> float:
        self.log.append(f"{self.name} up")
        if self.log.count(f"{self.name} up") == self.fails_at:
            raise CouldNotTell("no")
        return 1.0 if self.log.count(f"{self.name} up") > 1 else 99.0

    def down(self) -> float:
        self.log.append(f"{self.name} down")
        return 0.5


def test_they_take_turns_and_the_first_round_does_not_count() -> None:
    log: list[str] = []
    times = side_by_side([Runner("a", log), Runner("b", log)], 2, lambda _line: None)
    assert log == ["a up", "a down", "b up", "b down"] * 3
    assert [each.up for each in times] == [[1.0, 1.0], [1.0, 1.0]]


def test_a_failure_takes_everything_down() -> None:
    log: list[str] = []
    with pytest.raises(CouldNotTell):
        side_by_side([Runner("a", log), Runner("b", log, fails_at=2)], 3, lambda _line: None)
    assert log[-2:] == ["a down", "b down"]
