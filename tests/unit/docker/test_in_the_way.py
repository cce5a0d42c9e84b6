"""What stands where we would build: ours is looked at again, a stranger's is left alone."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Network
from types import SimpleNamespace
from typing import Any

import pytest
from docker import APIClient
from docker.errors import APIError, NotFound

from barelab.backends.base import NetworkSpec, NodeRef, NodeSpec, SeatRef
from barelab.backends.docker import labels, node
from barelab.backends.docker.client import EngineFacts
from barelab.backends.docker.recipe import choose
from barelab.support.errors import BarelabError, CouldNotTell, NotOurs, Overtaken

OWNER = SeatRef("simple", "mine")
OURS = {**labels.of_seat(OWNER), labels.NODE: "db1"}
NODE = NodeSpec(NodeRef(OWNER, "db1"), "image", "spec", False, 1, {"private": "10.0.0.2"}, {}, {})
FACTS = EngineFacts("28.0", (1, 48), 2, False, "x86_64", "/var/lib/docker", (), 2, 1 << 30)
NETWORK = NetworkSpec(OWNER, "private", IPv4Network("10.0.0.0/25"), True, "key")


def refusal(code: int, text: str) -> APIError:
    return APIError(text, SimpleNamespace(status_code=code, reason=text), explanation=text)


class Refusing(APIClient):
    """An engine that has something of the name already, with these labels."""

    def __init__(self, marks: dict[str, str] | None) -> None:
        self._version, self.marks = "1.41", marks

    def create_container_from_config(self, *_: Any, **__: Any) -> Any:
        raise refusal(409, "Conflict. The container name is already in use")

    def inspect_container(self, container: str) -> Any:
        if self.marks is None:
            raise NotFound(container)
        return {"Config": {"Labels": self.marks}}

    def create_network(self, *_: Any, **__: Any) -> Any:
        raise refusal(409, "network with name barelab.simple.mine.private already exists")

    def networks(self, *_: Any, **__: Any) -> Any:
        return [{"Labels": self.marks}]


@pytest.mark.parametrize(
    ("marks", "error"),
    [
        (OURS, Overtaken),
        (None, Overtaken),
        ({}, NotOurs),
        ({**OURS, labels.NODE: "web1"}, NotOurs),
        ({**OURS, labels.SEAT: "theirs"}, NotOurs),
    ],
    ids=["ours", "on its way", "without labels", "another node", "another seat"],
)
def test_a_container_of_a_nodes_name(
    marks: dict[str, str] | None, error: type[BarelabError]
) -> None:
    with pytest.raises(error):
        node.create_node(Refusing(marks), NODE, [], choose(FACTS))


class Naming(APIClient):
    """An engine that makes a container, and keeps what names it had."""

    def __init__(self, refuses: bool = False) -> None:
        self._version, self.refuses, self.names = "1.41", refuses, list[str]()

    def create_container_from_config(self, _: Any, name: Any = None, *__: Any) -> Any:
        self.names.append(str(name))
        return {"Id": "id"}

    def rename(self, _: str, name: str) -> None:
        if self.refuses:
            raise refusal(409, "Conflict. The container name is already in use")
        self.names.append(name)

    def inspect_container(self, container: str) -> Any:
        return {"Config": {"Labels": {}}}

    def inspect_image(self, image: str) -> Any:
        return {"Config": {"Labels": {}}}


def test_a_node_that_waits_has_its_name_once_it_is_whole() -> None:
    engine, late = Naming(), replace(NODE, waits=True)
    node.create_node(engine, late, [], choose(FACTS))
    assert engine.names == [labels.making_name(NODE.ref), labels.node_name(NODE.ref)]
    usual = Naming()
    node.create_node(usual, NODE, [], choose(FACTS))
    assert usual.names == [labels.node_name(NODE.ref)]


def test_a_strangers_container_of_its_name_is_left_alone() -> None:
    with pytest.raises(NotOurs, match=r"barelab\.simple\.mine\.db1 exists"):
        node.create_node(Naming(refuses=True), replace(NODE, waits=True), [], choose(FACTS))


@pytest.mark.parametrize(("marks", "error"), [(OURS, Overtaken), ({}, NotOurs), (None, NotOurs)])
def test_a_network_of_our_name(marks: dict[str, str] | None, error: type[BarelabError]) -> None:
    with pytest.raises(error):
        node.create_network(Refusing(marks), NETWORK)


class Holding(APIClient):
    """An engine that refuses to remove a network so many times; `users` are on it."""

    def __init__(self, times: int, *users: str) -> None:
        self._version, self.times, self.users = "1.41", times, users

    def remove_network(self, *_: Any, **__: Any) -> None:
        self.times -= 1
        if self.times >= 0:
            raise refusal(403, "error while removing network: network x has active endpoints")

    def inspect_network(self, *_: Any, **__: Any) -> Any:
        return {"Name": "n", "Containers": {user: {"Name": user} for user in self.users}}


def test_a_network_whose_last_node_has_just_gone_is_waited_for() -> None:
    engine = Holding(2)
    node.remove_network(engine, "id")
    assert engine.times == -1


def test_a_network_with_a_strangers_container_is_left_to_it() -> None:
    with pytest.raises(NotOurs, match="used by theirs, not ours"):
        node.remove_network(Holding(9, "theirs"), "id")


def test_a_network_that_the_engine_never_lets_go_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(node, "_RELEASE_S", 0.2)
    with pytest.raises(CouldNotTell, match="with nothing on it"):
        node.remove_network(Holding(999), "id")
