"""The backend's own calls: networks, cables, files, power; asked of a `virsh` that notes them."""

from __future__ import annotations

import socket
import tarfile
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

import pytest

from barelab.backends.base import NetworkSpec, NodeRef, NodeSpec, Output, SeatRef
from barelab.backends.vagrant import boxes, driver, machines, seats, tool, virsh
from barelab.backends.vagrant.backend import VagrantBackend
from barelab.render.file import File
from barelab.support.errors import CouldNotTell, PortTaken, SubnetTaken

OWNER = SeatRef("simple", "default")
WEB = NodeRef(OWNER, "web1")
SUBNET = IPv4Network("10.87.0.0/25")


class Told:
    """What libvirt was told, and what it says to that."""

    def __init__(self) -> None:
        self.commands: list[tuple[str, ...]] = []
        self.says: dict[str, str] = {}
        self.refuses: dict[str, str] = {}

    def __call__(self, *words: str, stdin: str = "") -> str:
        self.commands.append((*words, stdin) if stdin else words)
        if words[0] in self.refuses:
            raise CouldNotTell(f"libvirt: {self.refuses[words[0]]}")
        return self.says.get(words[0], "")

    def names(self) -> list[str]:
        return [words[0] for words in self.commands]


class Way:
    """A way in that says always the same."""

    def __init__(self) -> None:
        self.output = Output(0, b"", b"")
        self.asked: list[tuple[str, ...]] = []

    def run(self, command: tuple[str, ...], *_: object, **__: object) -> Output:
        self.asked.append(tuple(command))
        return self.output

    def answers(self) -> bool:
        return True

    def close(self) -> None: ...


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Told:
    """Return what libvirt is told, by a user whose folders are the test's."""
    for kind in ("STATE", "CACHE", "DATA"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(tmp_path / kind))
    found = Told()
    monkeypatch.setattr(virsh, "virsh", found)
    monkeypatch.setattr(boxes, "virsh", found)
    monkeypatch.setattr(boxes, "key", lambda: tmp_path / "key")
    monkeypatch.setattr(boxes, "box_of", lambda tag, _say: f"box of {tag}")
    monkeypatch.setattr(driver, "kvm_works", lambda: True)
    return found


@pytest.fixture
def way(monkeypatch: pytest.MonkeyPatch) -> Way:
    """Return the way into every machine."""
    found = Way()
    monkeypatch.setattr(machines, "way", lambda _ref: found)
    return found


@pytest.fixture
def backend(told: Told, way: Way) -> VagrantBackend:
    """Return a backend of such machines."""
    return VagrantBackend()


def network() -> NetworkSpec:
    return NetworkSpec(OWNER, "public", SUBNET, True, "5ec7e7", {"replication": "async"})


def node(**changes: Any) -> NodeSpec:
    usual: dict[str, Any] = {
        "ref": WEB,
        "image": "barelab/nginx:1",
        "spec": "abc",
        "systemd": True,
        "memory_bytes": 64 << 20,
        "addresses": {"public": "10.87.0.2"},
        "hosts": {"web1": "10.87.0.2"},
        "published": {"https": (443, 8443)},
    }
    return NodeSpec(**{**usual, **changes})


def prepared(backend: VagrantBackend, told: Told) -> dict[str, Any]:
    backend.create_network(network())
    told.says["net-list"] = "barelab.simple.default.public"
    told.says["net-dumpxml"] = (
        "<network><name>barelab.simple.default.public</name>"
        "<ip address='10.87.0.1' netmask='255.255.255.128'/></network>"
    )
    backend.create_node(node(), [File("/etc/x", b"x")])
    return dict(seats.nodes(OWNER))[WEB]


def test_a_network_has_the_hosts_address_and_leads_nowhere(
    backend: VagrantBackend, told: Told
) -> None:
    backend.create_network(network())
    (define,) = [words for words in told.commands if words[0] == "net-define"]
    assert "<name>barelab.simple.default.public</name>" in define[-1]
    assert "address='10.87.0.1' netmask='255.255.255.128'" in define[-1]
    assert "<forward" not in define[-1]
    assert seats.read(OWNER)["secret"] == "5ec7e7"
    assert seats.folder(OWNER).stat().st_mode & 0o077 == 0


def test_a_subnet_that_somebody_took_is_told(backend: VagrantBackend, told: Told) -> None:
    told.refuses["net-start"] = "internal error: Network is already in use by interface virbr0"
    with pytest.raises(SubnetTaken, match=r"10\.87\.0\.0/25 is taken by now"):
        backend.create_network(network())
    assert "net-undefine" in told.names()


def test_what_vagrant_reads_of_a_node(backend: VagrantBackend, told: Told) -> None:
    said = prepared(backend, told)
    assert (said["name"], said["box"]) == ("web1", "box of barelab/nginx:1")
    assert said["memory_mib"] == 256
    assert said["about"]["ports"] == {"https": 8443}
    (cable,) = said["networks"]
    assert (cable["name"], cable["address"]) == ("barelab.simple.default.public", "10.87.0.2")
    with tarfile.open(seats.folder(OWNER) / "nodes" / "web1.tar") as tar:
        assert {"etc/x", "etc/hostname", "etc/hosts"} <= set(tar.getnames())


def test_a_new_node_is_made_by_vagrant_and_one_that_was_off_is_switched_on(
    backend: VagrantBackend, told: Told, way: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    monkeypatch.setattr(tool, "up", lambda name, _folder, _log: made.append(name))
    prepared(backend, told)
    way.output = Output(0, b"2026-11-28T02:00:00.5Z\n", b"")
    backend.start_node(WEB, ())
    assert (made, seats.settled(WEB)) == (["web1"], "2026-11-28T02:00:00.5Z")
    assert "start" not in told.names()
    backend.start_node(WEB, ())
    assert made == ["web1"]
    assert ("start", "barelab.simple.default.web1") in told.commands


def test_networks_that_a_reboot_stopped_are_on_before_a_machine_starts(
    backend: VagrantBackend, told: Told, way: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tool, "up", lambda *_: None)
    prepared(backend, told)
    listed = told.says.pop("net-list")

    def says(*words: str, stdin: str = "") -> str:
        told(*words, stdin=stdin)
        return listed if words[:2] == ("net-list", "--all") else ""

    monkeypatch.setattr(virsh, "virsh", says)
    backend.start_node(WEB, ())
    assert ("net-start", "barelab.simple.default.public") in told.commands


def test_a_port_that_somebody_took_is_told_before_anything_starts(
    backend: VagrantBackend, told: Told
) -> None:
    prepared(backend, told)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(PortTaken, match=f"port {port} of 127.0.0.1 is taken"):
            backend.start_node(WEB, (port,))
    assert "start" not in told.names()


def test_a_cable_is_pulled_and_plugged_by_its_mac(backend: VagrantBackend, told: Told) -> None:
    mac = prepared(backend, told)["networks"][0]["mac"]
    backend.cut(WEB, "public")
    backend.join(WEB, "public", "10.87.0.2")
    name = "barelab.simple.default.web1"
    assert told.commands[-2:] == [
        ("domif-setlink", name, mac, "down"),
        ("domif-setlink", name, mac, "up"),
    ]


def test_power_and_processor(backend: VagrantBackend, told: Told) -> None:
    backend.switch_off(WEB)
    backend.pause_node(WEB)
    backend.resume_node(WEB)
    assert told.names()[-3:] == ["destroy", "suspend", "resume"]
    told.refuses["destroy"] = "Requested operation is not valid: domain is not running"
    backend.switch_off(WEB)


def test_a_reboot_asks_systemd_and_waits_until_the_machine_is_off(
    backend: VagrantBackend, told: Told, way: Way
) -> None:
    prepared(backend, told)
    told.says["domstate"] = "shut off\n"
    backend.restart_node(WEB)
    assert ("systemctl", "poweroff", "--no-block") in way.asked
    assert told.commands[-1] == ("start", "barelab.simple.default.web1")
    assert "destroy" not in told.names()


def test_a_removed_node_leaves_nothing_and_cannot_be_renewed_with_the_others(
    backend: VagrantBackend, told: Told
) -> None:
    prepared(backend, told)
    seats.write(OWNER, {"kept": ["web1"]})
    backend.remove_node("u-1.0 barelab.simple.default.web1")
    assert dict(seats.nodes(OWNER)) == {}
    assert seats.read(OWNER)["kept"] == []
    assert {"destroy", "undefine"} <= set(told.names())


def test_with_the_last_network_goes_all_that_is_kept(
    backend: VagrantBackend, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared(backend, told)
    told.says["net-dumpxml"] = told.says["net-dumpxml"].replace("<ip", "<uuid>n-1</uuid><ip")

    def says(*words: str, stdin: str = "") -> str:
        if words[0] == "net-undefine":
            told.says["net-list"] = ""
        return told(*words, stdin=stdin)

    monkeypatch.setattr(virsh, "virsh", says)
    backend.remove_network("n-1")
    assert not seats.folder(OWNER).exists()


def test_a_folder_that_was_left_is_removed_by_its_name(backend: VagrantBackend, told: Told) -> None:
    seats.write(OWNER, {})
    backend.remove_node(f"folder {seats.folder(OWNER)}")
    assert not seats.folder(OWNER).exists()


def test_files_come_out_as_a_tar_and_go_in_as_one(backend: VagrantBackend, way: Way) -> None:
    way.output = Output(0, b"tar", b"")
    assert backend.fetch(WEB, "/etc/nginx/", 100) == b"tar"
    assert way.asked[-1][:3] == ("tar", "-C", "/etc")
    backend.put(WEB, [File("/etc/x", b"x")])
    assert way.asked[-1] == ("tar", "-C", "/", "-xpf", "-")
    way.output = Output(2, b"", b"no space left on device")
    with pytest.raises(CouldNotTell, match="no space left"):
        backend.put(WEB, [File("/etc/x", b"x")])
    with pytest.raises(CouldNotTell, match="does not exist"):
        backend.fetch(WEB, "/etc/x", 100)
    way.output = Output(-1, b"", b"", cut=True)
    with pytest.raises(CouldNotTell, match="larger than 100 bytes"):
        backend.fetch(WEB, "/etc/x", 100)


def test_figures_of_a_machine(backend: VagrantBackend, told: Told, way: Way) -> None:
    told.says["dommemstat"] = "actual 262144\nrss 300000\n"
    assert backend.memory_in_use(WEB) == 300000 * 1024
    way.output = Output(0, b"Out of memory: Killed process 7\n", b"")
    assert backend.killed_for_memory(WEB) == 1
    room = backend.room()
    assert room.memory_bytes
    assert room.disk_bytes


def test_an_address_is_asked_of_libvirt(told: Told) -> None:
    told.says["domifaddr"] = " vnet0  52:54:00:00:00:01  ipv4  10.86.255.7/24\n"
    assert machines._address("web1", "barelab.simple.default.web1") == "10.86.255.7"
    told.says["domifaddr"] = ""
    with pytest.raises(CouldNotTell, match="web1 has no address yet"):
        machines._address("web1", "barelab.simple.default.web1")
