"""What a node was made with is what `up` would make it with, or nobody can tell."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from barelab.backends.base import NodeSeen, NodeState, SeatRef, Snapshot
from barelab.grading.access import Access
from barelab.grading.made import made_with
from barelab.launcher.desire import Wish, desire
from barelab.model.loading import load_lab, load_role
from barelab.render.nodes import BASE
from barelab.support.errors import CouldNotTell

LAB = load_lab("simple")
OWNER = SeatRef("simple", "default")
NOTHING = Snapshot((), (), (), frozenset(), {}, frozenset())


class Engine:
    """An engine on which the lab stands as it was wished for."""

    def __init__(self, wish: Wish) -> None:
        self.nodes = tuple(
            NodeSeen(
                spec.ref,
                spec.ref.node,
                NodeState.RUNNING,
                spec.spec,
                spec.addresses,
                {name: outside for name, (_, outside) in spec.published.items()},
                "",
                "",
                1,
                0,
                False,
            )
            for spec in wish.desired.nodes
        )

    def observe(self, _: SeatRef | None = None) -> Snapshot:
        return replace(NOTHING, nodes=self.nodes)


@pytest.fixture
def wish() -> Wish:
    """Return the lab as `up` wishes for it."""
    return desire(LAB, load_role(BASE), OWNER, NOTHING)


def ways(engine: Any) -> Access:
    return Access(LAB, OWNER, engine)


def test_it_is_what_the_node_got(wish: Wish) -> None:
    got = {file.path for file in wish.files("web1")}
    made = {file.path: file for file in made_with(ways(Engine(wish)), "web1")}
    assert set(made) == got
    assert b"upstream app" in made["/etc/nginx/sites-available/app"].content


def test_a_node_of_another_version_cannot_be_compared(wish: Wish) -> None:
    engine = Engine(wish)
    engine.nodes = tuple(replace(node, spec="another") for node in engine.nodes)
    with pytest.raises(CouldNotTell, match="another version"):
        made_with(ways(engine), "web1")
