"""A seat is ready when its page shows data; a node that is gone meanwhile is told."""

from __future__ import annotations

from typing import cast

import pytest

from barelab.backends.base import Backend, NodeRef, NodeSeen, NodeState, SeatRef, Snapshot
from barelab.launcher.front import Front
from barelab.launcher.probe import Answer
from barelab.launcher.ready import wait_ready
from barelab.model.loading import load_lab
from barelab.support.errors import Overtaken

OWNER = SeatRef("simple", "mine")
LAB = load_lab("simple")
PAGE = Answer(200, (), b"", 0.1, {}, "", True)
NONE = Answer(0, (), b"", 0.1, {}, "refused", False)


class Up:
    """A backend on which these nodes run."""

    def __init__(self, *names: str) -> None:
        self.names = names

    def observe(self, _: SeatRef | None = None) -> Snapshot:
        nodes = tuple(
            NodeSeen(NodeRef(OWNER, name), "", NodeState.RUNNING, "", {}, {}, "", "", 1, 0, False)
            for name in self.names
        )
        return Snapshot((), nodes, (), frozenset(), {}, frozenset())


class Pages:
    """A front door that gives these answers."""

    url = "https://portal"

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)

    def page(self, _deadline_s: float) -> Answer:
        return self.answers.pop(0)


def wait(backend: Up, pages: Pages) -> None:
    wait_ready(cast(Backend, backend), LAB, OWNER, cast(Front, pages), 60.0)


def test_the_page_is_asked_for_again_until_it_is_there() -> None:
    pages = Pages(NONE, NONE, PAGE)
    wait(Up(*(node.name for node in LAB.nodes)), pages)
    assert pages.answers == []


def test_a_node_that_is_gone_meanwhile_is_told() -> None:
    with pytest.raises(Overtaken, match="has lost a node"):
        wait(Up("web1"), Pages(NONE, PAGE))
