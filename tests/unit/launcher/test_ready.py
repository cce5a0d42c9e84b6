"""A probe that is too slow is waited for like a page that is not there yet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pytest

from barelab.backends.base import Backend, NodeRef, NodeSeen, NodeState, SeatRef, Snapshot
from barelab.launcher.probe import Answer, Probe
from barelab.launcher.ready import wait_ready
from barelab.model.loading import load_lab
from barelab.render.nodes import Site
from barelab.support.errors import CouldNotTell, EngineAway

OWNER = SeatRef("simple", "mine")
LAB = load_lab("simple")
SITE = Site("mine", {node.name: {"public": "10.0.0.2"} for node in LAB.nodes}, {}, {}, dict)
PAGE = Answer(200, (), b"", 0.1, {}, "", True)


class Up:
    """A backend whose nodes all run."""

    def observe(self, _: SeatRef | None = None) -> Snapshot:
        nodes = tuple(
            NodeSeen(
                NodeRef(OWNER, node.name), "", NodeState.RUNNING, "", {}, {}, "", "", 1, 0, False
            )
            for node in LAB.nodes
        )
        return Snapshot((), nodes, (), frozenset(), {}, frozenset())


class Slow:
    """A probe that answers as it is told, one time after the other."""

    def __init__(self, *answers: Answer | Exception) -> None:
        self.answers, self.closed = list(answers), 0

    def http(self, *_: Any, **__: Any) -> Answer:
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def close(self) -> None:
        self.closed += 1


def _wait(probe: Slow) -> Callable[[], None]:
    backend = cast(Backend, Up())
    return lambda: wait_ready(backend, LAB, OWNER, SITE, cast(Probe, probe), 60.0)


def test_a_slow_probe_is_started_anew_and_asked_again() -> None:
    probe = Slow(CouldNotTell("no answer within 15 s"), PAGE)
    _wait(probe)()
    assert probe.closed == 1


def test_an_engine_that_is_away_is_told_at_once() -> None:
    with pytest.raises(EngineAway):
        _wait(Slow(EngineAway("it does not answer")))()
