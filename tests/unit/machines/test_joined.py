"""Containers and machines seen as one: each call reaches what the seat in question is on."""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import Any, cast

import pytest

from barelab.backends.base import Backend, NetworkSeen, NodeRef, SeatRef, Snapshot
from barelab.backends.joined import joined

IN_CONTAINERS, ON_MACHINES = SeatRef("simple", "docker"), SeatRef("simple", "machines")


class One:
    """A backend with one seat, which notes what it was asked."""

    own_ports: frozenset[int] = frozenset()
    machines = True
    late_probe = False
    at_once = 8

    def __init__(self, name: str, owner: SeatRef, subnet: str) -> None:
        self.name, self._owner, self._subnet = name, owner, IPv4Network(subnet)
        self.asked: list[tuple[str, object]] = []

    def observe(self, owner: SeatRef | None = None) -> Snapshot:
        network = NetworkSeen(self._owner, "public", "n", self._subnet, "key")
        own = (network,) if owner in (None, self._owner) else ()
        return Snapshot(own, (), (), frozenset({self.name}), {self._subnet: "us"}, frozenset())

    def __getattr__(self, call: str) -> Any:
        return lambda first=None, *_, **__: self.asked.append((call, first))


@pytest.fixture
def both() -> tuple[One, One, Backend]:
    """Return both backends, and them as one."""
    one = One("docker", IN_CONTAINERS, "10.0.0.0/24")
    other = One("vagrant", ON_MACHINES, "10.0.1.0/24")
    return one, other, joined(cast(Backend, one), cast(Backend, other))


def test_all_seats_and_all_that_is_taken_are_seen(both: tuple[One, One, Backend]) -> None:
    seen = both[2].observe()
    assert seen.owners() == (IN_CONTAINERS, ON_MACHINES)
    assert len(seen.taken) == 2


def test_a_node_is_asked_where_it_is(both: tuple[One, One, Backend]) -> None:
    one, other, backend = both
    backend.pause_node(NodeRef(ON_MACHINES, "web1"))
    backend.pause_node(NodeRef(IN_CONTAINERS, "web1"))
    assert other.asked == [("pause_node", NodeRef(ON_MACHINES, "web1"))]
    assert one.asked == [("pause_node", NodeRef(IN_CONTAINERS, "web1"))]


def test_an_id_tells_what_it_is_of(both: tuple[One, One, Backend]) -> None:
    one, other, backend = both
    backend.remove_node("0123456789abcdef")
    backend.remove_node("1f0c-77.0 barelab.simple.machines.web1")
    backend.remove_network("386f08a5-09d6-449d-9dc9-3c30b275ac1e")
    assert [call for call, _ in one.asked] == ["remove_node"]
    assert [call for call, _ in other.asked] == ["remove_node", "remove_network"]


def test_a_seat_says_what_it_is_on(both: tuple[One, One, Backend]) -> None:
    backend = both[2]
    assert backend.of(ON_MACHINES).name == "vagrant"
    assert backend.of(IN_CONTAINERS).name == "docker"
    assert backend.of(SeatRef("simple", "new")).name == "docker"


def test_a_seat_is_kept_and_renewed_where_it_is(both: tuple[One, One, Backend]) -> None:
    one, other, backend = both
    backend.keep(ON_MACHINES)
    backend.renew(ON_MACHINES)
    assert [call for call, _ in other.asked] == ["keep", "renew"]
    assert one.asked == []
