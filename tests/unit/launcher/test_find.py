"""A name of a seat, a lab or a node is found, or the error says what there is."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barelab.backends.base import Backend, NodeRef, NodeSeen, NodeState, SeatRef, Snapshot
from barelab.launcher.find import find_node, find_owner, seat_name
from barelab.support.errors import UsageError

SIMPLE = SeatRef("simple", "default")


def snapshot(*refs: NodeRef) -> Snapshot:
    nodes = tuple(
        NodeSeen(ref, str(ref), NodeState.RUNNING, "", {}, {}, "", "", 1, 0, False) for ref in refs
    )
    return Snapshot((), nodes, (), frozenset(), {}, frozenset())


def backend(*names: str) -> Backend:
    seen = snapshot(*(NodeRef(SIMPLE, name) for name in names))
    return cast(Backend, SimpleNamespace(observe=lambda: seen))


@pytest.mark.parametrize("name", ["default", "a", "wheel-2", "a" * 31])
def test_plain_seat_names_are_taken(name: str) -> None:
    assert seat_name(name) == name


@pytest.mark.parametrize(
    "name", ["", "A", "1a", "-a", "a b", "a/b", "../a", "a\n", "a.b", "a_b", "a" * 32, "é"]
)
def test_unsafe_seat_names_are_refused(name: str) -> None:
    with pytest.raises(UsageError, match="no name for a seat"):
        seat_name(name)


@given(st.text())
def test_accepted_seat_name_is_safe_anywhere(text: str) -> None:
    try:
        seat_name(text)
    except UsageError as error:
        assert "\n" not in str(error)
    else:
        assert text.isascii()
        assert text.replace("-", "a").isalnum()


@pytest.mark.parametrize(
    ("up", "seat", "lab", "found"),
    [
        (["simple/default"], "default", None, "simple"),
        (["simple/default", "simple/anna"], "anna", None, "simple"),
        (["simple/default", "redundant/default"], "default", "redundant", "redundant"),
    ],
)
def test_seat_finds_its_lab(up: list[str], seat: str, lab: str | None, found: str) -> None:
    seen = snapshot(*(NodeRef(SeatRef(*one.split("/")), "web1") for one in up))
    assert find_owner(seen, seat, lab) == SeatRef(found, seat)


@pytest.mark.parametrize(
    ("up", "lab", "said"),
    [
        ([], None, "no lab is up in seat default; `barelab up LAB`"),
        (["simple/anna"], None, "no lab is up in seat default"),
        (["simple/default"], "redundant", "no lab redundant is up"),
        (["redundant/default", "simple/default"], None, r"\(redundant, simple\); name one with"),
    ],
)
def test_seat_without_exactly_one_lab_is_told_what_there_is(
    up: list[str], lab: str | None, said: str
) -> None:
    seen = snapshot(*(NodeRef(SeatRef(*one.split("/")), "web1") for one in up))
    with pytest.raises(UsageError, match=said):
        find_owner(seen, "default", lab)


def test_node_is_found() -> None:
    found = find_node(backend("web1", "db1", "probe"), "db1", "default", None)
    assert found == NodeRef(SIMPLE, "db1")


@pytest.mark.parametrize("name", ["probe", "db2", "", "-", "db1\x1b[2J"])
def test_what_is_no_node_of_the_learner_is_refused_with_those_that_are(name: str) -> None:
    with pytest.raises(UsageError, match=r"\(it has web1, db1\)") as caught:
        find_node(backend("web1", "db1", "probe"), name, "default", None)
    assert "\x1b" not in str(caught.value)


def test_slip_is_told_the_nearest() -> None:
    with pytest.raises(UsageError, match="did you mean 'db1'"):
        find_node(backend("web1", "db1"), "db2", "default", None)
