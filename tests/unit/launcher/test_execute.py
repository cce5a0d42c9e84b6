"""A plan is walked in its order, side by side where it may be, and stops at the first failure."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from barelab.launcher.execute import Event, Phase, execute
from barelab.launcher.plan import Operation
from barelab.support.errors import CouldNotTell

PATIENCE_S = 10.0


def step(key: str, *after: str) -> Operation:
    return Operation(key, f"{key} is missing", "", after)


def ignore(_: Event) -> None:
    pass


def test_each_step_is_done_once_after_those_that_it_names() -> None:
    plan = (step("start", "create"), step("create", "network", "image"), step("network"))
    done: list[str] = []
    execute((*plan, step("image")), lambda s, _: done.append(s.key), ignore)
    assert sorted(done) == ["create", "image", "network", "start"]
    assert done[2:] == ["create", "start"]


def test_plan_without_steps_does_nothing() -> None:
    execute((), lambda *_: pytest.fail("there is nothing to do"), ignore)


def test_independent_steps_are_done_at_the_same_time() -> None:
    together = threading.Barrier(3, timeout=PATIENCE_S)
    execute(tuple(map(step, "abc")), lambda *_: _ignored(together.wait()), ignore)


def test_no_more_than_the_allowed_steps_are_under_way() -> None:
    lock, under_way, most = threading.Lock(), 0, 0

    def act(_step: Operation, _tell: Callable[[str], None]) -> None:
        nonlocal under_way, most
        with lock:
            under_way += 1
            most = max(most, under_way)
        with lock:
            under_way -= 1

    execute(tuple(map(step, "abcdefgh")), act, ignore, workers=2)
    assert most <= 2


def test_first_failure_ends_what_has_not_begun_and_awaits_what_has() -> None:
    begun, failed, done = threading.Event(), threading.Event(), []

    def act(step: Operation, _tell: Callable[[str], None]) -> None:
        if step.key == "bad":
            assert begun.wait(PATIENCE_S)
            failed.set()
            raise CouldNotTell("node db1: no space left")
        begun.set()
        assert failed.wait(PATIENCE_S)
        done.append(step.key)

    plan = (step("bad"), step("slow"), step("later", "bad"), step("last", "slow"))
    with pytest.raises(CouldNotTell, match="node db1: no space left"):
        execute(plan, act, ignore)
    assert done == ["slow"]


def test_every_step_is_told_when_it_begins_and_how_it_ended() -> None:
    events: list[Event] = []

    def act(step: Operation, tell: Callable[[str], None]) -> None:
        tell("half-way")
        if step.key == "bad":
            raise CouldNotTell("no")

    with pytest.raises(CouldNotTell):
        execute((step("good"), step("bad", "good")), act, events.append)
    assert [(e.operation.key, e.phase, e.text) for e in events] == [
        ("good", Phase.BEGUN, "good is missing"),
        ("good", Phase.TOLD, "half-way"),
        ("good", Phase.DONE, ""),
        ("bad", Phase.BEGUN, "bad is missing"),
        ("bad", Phase.TOLD, "half-way"),
        ("bad", Phase.FAILED, "no"),
    ]


def test_interruption_does_not_wait_for_a_step_under_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("barelab.launcher.execute.LAST_S", 0.3)
    release, ended = threading.Event(), threading.Event()

    def act(step: Operation, _tell: Callable[[str], None]) -> None:
        if step.key == "interrupted":
            raise KeyboardInterrupt
        release.wait(PATIENCE_S)
        ended.set()

    try:
        with pytest.raises(KeyboardInterrupt):
            execute((step("slow"), step("interrupted")), act, ignore)
        assert not ended.is_set()
    finally:
        release.set()


def _ignored(_: object) -> None:
    pass
