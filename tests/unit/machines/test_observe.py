"""What libvirt tells of machines and networks, as a snapshot of seats."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from barelab.backends.base import NodeRef, NodeState, SeatRef
from barelab.backends.vagrant import observe, seats, virsh
from barelab.support.errors import CouldNotTell, EngineAway, EngineDenied

OWNER = SeatRef("simple", "default")
WEB = NodeRef(OWNER, "web1")
ABOUT = {
    "spec": "abc",
    "addresses": {"public": "10.0.0.2", "private": "10.0.1.2"},
    "ports": {"https": 8443},
}
DOMAIN = """<domain><name>{name}</name><uuid>u-1</uuid><description>{about}</description><devices>
<interface><mac address='52:54:00:00:00:01'/><source network='barelab-way-in'/></interface>
<interface><source network='barelab.simple.default.public'/></interface>
<interface><source network='barelab.simple.default.private'/><link state='{link}'/></interface>
</devices></domain>"""
NETWORK = """<network><name>{name}</name><uuid>n-{name}</uuid>
<ip address='10.0.0.1' netmask='255.255.255.128'/></network>"""


class Libvirt:
    """Answers as `virsh` does."""

    def __init__(self) -> None:
        self.machines = {"barelab.simple.default.web1": "running", "somebody.else": "running"}
        self.networks = ["default", "barelab.simple.default.public"]
        self.link = "up"
        self.error = ""

    def __call__(self, words: list[str], **_: Any) -> subprocess.CompletedProcess[bytes]:
        if self.error:
            return subprocess.CompletedProcess(words, 1, b"", self.error.encode())
        told = self._told(*words[words.index("--connect") + 2 :])
        return subprocess.CompletedProcess(words, 0, told.encode(), b"")

    def _told(self, command: str, *rest: str) -> str:
        match command:
            case "list":
                rows = enumerate(self.machines.items(), 1)
                return "\n".join(f" {i}   {name}   {state}" for i, (name, state) in rows)
            case "dumpxml":
                return DOMAIN.format(name=rest[0], about=json.dumps(ABOUT), link=self.link)
            case "net-list":
                return "\n".join(self.networks)
            case "net-dumpxml":
                return NETWORK.format(name=rest[0])
        return ""


@pytest.fixture
def libvirt(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Libvirt:
    """Return what answers for libvirt, with a seat that was made whole."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    found = Libvirt()
    monkeypatch.setattr(virsh.subprocess, "run", found)  # type: ignore[attr-defined]
    seats.write(OWNER, {"secret": "5ec7e7", "options": {"replication": "async"}})
    seats.write_node(seats.folder(OWNER), "web1", {"name": "web1"}, b"")
    seats.settle(WEB, "2026-11-28T02:00:00.123456789Z")
    return found


def test_a_machine_is_a_node_with_what_was_kept_of_it(libvirt: Libvirt) -> None:
    (node,) = observe.observe().nodes
    assert (node.ref, node.state, node.spec) == (WEB, NodeState.RUNNING, "abc")
    assert (dict(node.addresses), dict(node.ports)) == (ABOUT["addresses"], ABOUT["ports"])
    assert node.created_at == "2026-11-28T02:00:00.123456789Z"


def test_a_pulled_cable_takes_its_address_away(libvirt: Libvirt) -> None:
    libvirt.link = "down"
    (node,) = observe.observe().nodes
    assert dict(node.addresses) == {"public": "10.0.0.2"}


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ("shut off", NodeState.STOPPED),
        ("paused", NodeState.PAUSED),
        ("crashed", NodeState.STOPPED),
        ("in shutdown", NodeState.RUNNING),
    ],
)
def test_libvirts_words_for_states(libvirt: Libvirt, said: str, state: NodeState) -> None:
    libvirt.machines["barelab.simple.default.web1"] = said
    assert [node.state for node in observe.observe().nodes] == [state]


def test_a_machine_that_never_got_its_files_is_half_made(libvirt: Libvirt) -> None:
    (seats.folder(OWNER) / "nodes" / "web1.settled").unlink()
    assert [node.state for node in observe.observe().nodes] == [NodeState.MADE]


def test_a_node_that_vagrant_has_not_made_yet_is_half_made(libvirt: Libvirt) -> None:
    libvirt.machines.clear()
    assert [(n.ref, n.state) for n in observe.observe().nodes] == [(WEB, NodeState.MADE)]


def test_machines_are_found_when_all_that_was_kept_is_gone(libvirt: Libvirt) -> None:
    seats.forget(OWNER)
    seen = observe.observe(OWNER)
    assert [(n.ref, n.state) for n in seen.nodes] == [(WEB, NodeState.RUNNING)]
    assert [n.owner for n in seen.networks] == [OWNER]


def test_a_folder_that_is_all_that_is_left_is_there_to_be_removed(libvirt: Libvirt) -> None:
    libvirt.machines.clear()
    libvirt.networks.clear()
    (seats.folder(OWNER) / "nodes" / "web1.json").unlink()
    seen = observe.observe(OWNER)
    assert (seen.nodes, seen.networks) == ((), ())
    assert [build.owner for build in seen.builds] == [OWNER]


def test_a_network_has_the_seats_secret_and_options(libvirt: Libvirt) -> None:
    seen = observe.observe()
    (network,) = seen.networks
    assert (network.key, dict(network.options)) == ("5ec7e7", {"replication": "async"})
    assert str(network.subnet) == "10.0.0.0/25"
    assert (
        set(seen.taken.values())
        == {
            "network default",
            "network barelab.simple.default.public",
        }
        or len(seen.taken) == 1
    )


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ("error: failed to connect to the hypervisor\nerror: No such file", EngineAway),
        ("error: failed to connect to the hypervisor\nerror: Permission denied", EngineDenied),
        ("error: Requested operation is not valid", CouldNotTell),
    ],
)
def test_what_libvirt_refuses_is_told_in_its_words(
    libvirt: Libvirt, said: str, error: type[Exception]
) -> None:
    libvirt.error = said
    with pytest.raises(error, match="libvirt"):
        virsh.virsh("list")


def test_what_is_gone_need_not_be_removed(libvirt: Libvirt) -> None:
    libvirt.error = "error: failed to get domain 'x'"
    virsh.unless_gone("undefine", "x")
    libvirt.error = "error: permission denied"
    with pytest.raises(CouldNotTell, match="permission denied"):
        virsh.unless_gone("undefine", "x")


def test_a_node_that_was_brought_back_is_another_one(libvirt: Libvirt) -> None:
    before = observe.observe().nodes[0].id
    seats.write(OWNER, {"renewed": 1})
    assert observe.observe().nodes[0].id != before
