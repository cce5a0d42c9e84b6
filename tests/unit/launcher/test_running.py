"""A seat keeps the size and the options that it was made with."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Network

import pytest

from barelab.backends.base import NetworkSeen, NodeRef, NodeSeen, NodeState, SeatRef, Snapshot
from barelab.launcher.running import lab_of, lab_to_be
from barelab.model.loading import load_lab
from barelab.model.options import as_kept, chosen, parse, without
from barelab.support.errors import UsageError

OWNER = SeatRef("redundant-ha", "mine")
LAB = load_lab(OWNER.lab)
EMPTY = Snapshot((), (), (), frozenset(), {}, frozenset())
ASYNCHRONOUS = {"replication": "asynchronous"}


def up_with(**options: str) -> Snapshot:
    networks = tuple(
        NetworkSeen(OWNER, each.name, each.name, IPv4Network("10.87.0.0/25"), "key", options)
        for each in LAB.networks
    )
    nodes = tuple(
        NodeSeen(
            NodeRef(OWNER, each.name), each.name, NodeState.RUNNING, "", {}, {}, "", "", 1, 0, False
        )
        for each in LAB.nodes
    )
    return replace(EMPTY, networks=networks, nodes=nodes)


def test_a_lab_is_made_in_the_first_way_where_nobody_says_otherwise() -> None:
    assert LAB.options == {"replication": "synchronous"}
    assert LAB.choices == {"replication": ("synchronous", "asynchronous")}


def test_a_new_seat_is_made_as_it_is_asked_for() -> None:
    asked = chosen(LAB, ASYNCHRONOUS)
    assert lab_to_be(asked, OWNER, EMPTY, {}, ASYNCHRONOUS).options == ASYNCHRONOUS


def test_a_seat_that_runs_keeps_what_it_was_made_with() -> None:
    seen = up_with(replication="asynchronous")
    assert lab_of(OWNER, seen).options == ASYNCHRONOUS
    assert lab_to_be(LAB, OWNER, seen, {}, {}).options == ASYNCHRONOUS


def test_a_seat_that_runs_is_not_made_otherwise() -> None:
    asked = chosen(LAB, ASYNCHRONOUS)
    with pytest.raises(UsageError) as told:
        lab_to_be(asked, OWNER, up_with(replication="synchronous"), {}, ASYNCHRONOUS)
    assert str(told.value) == (
        "redundant-ha (seat mine) is up with replication=synchronous; `barelab down redundant-ha "
        "--seat mine` first, then bring it up with --set replication=asynchronous"
    )
    with pytest.raises(UsageError, match=r"up with app=2; .* bring it up with --scale app=3"):
        lab_to_be(LAB, OWNER, up_with(), {"app": 3}, {})


@pytest.mark.parametrize("kept", [{}, {"gone": "long"}, {"replication": "no such choice"}])
def test_what_the_file_no_longer_has_is_as_usual(kept: dict[str, str]) -> None:
    assert as_kept(LAB, kept) == LAB


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("replicaton=asynchronous", "no option 'replicaton'; did you mean 'replication'?"),
        ("replication=asynchronus", "cannot be 'asynchronus'; did you mean 'asynchronous'"),
        ("replication", "write OPTION=CHOICE"),
        ("=asynchronous", "write OPTION=CHOICE"),
    ],
)
def test_what_cannot_be_chosen_is_told(written: str, told: str) -> None:
    with pytest.raises(UsageError) as error:
        chosen(LAB, dict([parse(written)]))
    assert told in str(error.value)


def test_nodes_that_are_left_out_take_their_role_and_arrows_with_them() -> None:
    whole = load_lab("production")
    lab = chosen(whole, without(whole, ["cdn1"]))
    assert not lab.with_role("cdn")
    assert "cdn" not in lab.roles
    assert "cdn1" not in {talk.source for talk in lab.talks}
    assert "assets.production.localhost" not in lab.hosts
    assert chosen(lab, {}).nodes == lab.nodes


def test_what_is_left_out_takes_with_it_who_needs_it() -> None:
    whole = load_lab("production")
    lab = chosen(whole, without(whole, ["log1"]))
    assert {node.name for node in whole.nodes} - {node.name for node in lab.nodes} == {
        "log1",
        "siem1",
    }
    assert not {"log", "siem", "elasticsearch"} & set(lab.roles)


def test_what_others_need_cannot_be_left_out() -> None:
    with pytest.raises(UsageError, match=r"--without 'db': production can do without .*cdn1"):
        without(load_lab("production"), ["db"])
