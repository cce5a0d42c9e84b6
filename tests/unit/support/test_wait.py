"""A wait ends with the first answer, or at its deadline, and never without having asked."""

from __future__ import annotations

import pytest

from barelab.support import wait
from barelab.support.wait import until


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds slept so far; nobody really sleeps."""
    slept: list[float] = []
    monkeypatch.setattr(wait.time, "monotonic", lambda: 100.0 + sum(slept))
    monkeypatch.setattr(wait.time, "sleep", slept.append)
    return slept


def test_answer_that_is_there_costs_no_pause(clock: list[float]) -> None:
    assert until(lambda: "ready", 10.0) == "ready"
    assert clock == []


@pytest.mark.parametrize("answer", [0, 0.0, 5, "ready", [None]])
def test_answer_that_says_something_is_one(answer: object, clock: list[float]) -> None:
    assert until(lambda: answer, 10.0) == answer
    assert clock == []


@pytest.mark.parametrize("silence", [None, False, "", [], {}])
def test_silence_is_asked_again_until_an_answer_comes(silence: object, clock: list[float]) -> None:
    answers = iter([silence, silence, True])
    assert until(lambda: next(answers), 10.0, every_s=2.0) is True
    assert clock == [2.0, 2.0]


def test_deadline_ends_the_wait_after_one_last_question(clock: list[float]) -> None:
    asked: list[None] = []
    assert until(lambda: asked.append(None), 3.0, every_s=1.0) is None
    assert (len(asked), sum(clock)) == (4, 3.0)


def test_no_time_is_one_question(clock: list[float]) -> None:
    asked: list[None] = []
    assert until(lambda: asked.append(None), 0.0) is None
    assert (len(asked), clock) == (1, [])


def test_answer_that_came_during_the_last_pause_counts() -> None:
    answers = iter([None, "late"])
    assert until(lambda: next(answers), 1.0, every_s=5.0) == "late"


def test_error_of_the_question_ends_the_wait(clock: list[float]) -> None:
    def ask() -> None:
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        until(ask, 10.0)
    assert clock == []
