"""Ratios are taken round by round, and targets judged by the middle one."""

from __future__ import annotations

import pytest

from barelab.bench.figures import Figure, Result, figure


def test_a_ratio_compares_what_ran_in_the_same_round() -> None:
    result = Result("up", figure([2.0, 8.0, 3.0]), "compose", figure([4.0, 16.0, 3.0]))
    assert result.ratio == Figure((0.5, 0.5, 1.0))


@pytest.mark.parametrize(
    ("own", "target", "reached"),
    [([6.0, 7.0, 9.0], 0.7, True), ([6.0, 7.1, 7.2], 0.7, False), ([6.0, 6.0, 6.0], None, None)],
)
def test_a_target_is_reached_by_the_middle_round(
    own: list[float], target: float | None, reached: bool | None
) -> None:
    result = Result("up", figure(own), "compose", figure([10.0] * 3), target)
    assert result.reached is reached


def test_seconds_alone_can_have_a_target() -> None:
    assert Result("first", figure([250.0]), target_s=240.0).reached is False
    assert "at most 240 s: missed" in Result("first", figure([250.0]), target_s=240.0).row()


def test_json_holds_every_value_and_the_spread() -> None:
    told = Result("up", figure([1.0, 3.0]), "compose", figure([2.0, 2.0]), 0.7).as_json()
    assert told["ratio"] == {"median": 1.0, "min": 0.5, "max": 1.5, "values": [0.5, 1.5]}
    assert told["seconds"] == {"median": 2.0, "min": 1.0, "max": 3.0, "values": [1.0, 3.0]}
    assert told["reached"] is False


@pytest.mark.parametrize(
    ("own", "reached"), [(1.0, True), (2.5, False), (1.9, False)], ids=["both", "slow", "no faster"]
)
def test_both_targets_must_be_reached(own: float, reached: bool) -> None:
    result = Result("check", figure([own]), "other", figure([3.0]), 0.5, 2.0)
    assert result.reached is reached
    assert result.row()[-1].startswith("at most 0.50 and 2 s: ")
