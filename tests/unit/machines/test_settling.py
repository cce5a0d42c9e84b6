"""What Vagrant reads of a node, and the files that make a machine the node."""

from __future__ import annotations

import io
import tarfile
from ipaddress import IPv4Network

import pytest

from barelab.render.file import File
from barelab.render.vagrant import Cable, Machine, machine_files, settling

PUBLIC = Cable("public", "barelab.simple.a.public", "10.87.0.2", IPv4Network("10.87.0.0/25"))
PRIVATE = Cable("private", "barelab.simple.a.private", "10.87.0.130", IPv4Network("10.87.0.128/25"))


def machine(published: dict[int, int]) -> Machine:
    return Machine("web1", "simple a web1", "box", 256, (PUBLIC, PRIVATE), published, {"spec": "x"})


def files(published: dict[int, int]) -> dict[str, str]:
    found = machine_files(machine(published), {"web1": "10.87.0.130", "app1": "10.87.0.131"})
    return {file.path: file.content.decode() for file in found}


def test_a_node_knows_itself_and_the_others_by_name() -> None:
    found = files({})
    assert found["/etc/hostname"] == "web1\n"
    assert "10.87.0.131 app1" in found["/etc/hosts"].splitlines()
    assert "127.0.0.1 localhost" in found["/etc/hosts"].splitlines()


def test_each_interface_is_known_by_its_mac_and_has_its_address() -> None:
    found = files({})
    networks = {path: text for path, text in found.items() if path.endswith(".network")}
    assert len(networks) == 2
    private = networks["/etc/systemd/network/20-private.network"].splitlines()
    assert f"MACAddress={PRIVATE.mac}" in private
    assert "Address=10.87.0.130/25" in private
    assert PRIVATE.mac != PUBLIC.mac


def test_the_same_place_has_the_same_mac_at_each_boot() -> None:
    assert PUBLIC.mac == Cable(PUBLIC.network, PUBLIC.name, PUBLIC.address, PUBLIC.subnet).mac


def test_ports_are_published_by_qemu_on_the_loopback_alone() -> None:
    words = machine({80: 8080, 443: 8443}).as_json()["qemu"]
    (netdev,) = [word for word in words if word.startswith("user,")]
    assert "restrict=on" in netdev.split(",")
    assert "hostfwd=tcp:127.0.0.1:8443-10.0.2.15:443" in netdev.split(",")
    assert netdev.count("hostfwd=") == netdev.count("127.0.0.1") == 2


def test_a_node_without_published_ports_has_no_further_card() -> None:
    assert machine({}).as_json()["qemu"] == []
    assert "/etc/systemd/network/20-published.network" not in files({})
    assert "/etc/systemd/network/20-published.network" in files({80: 8080})


@pytest.mark.parametrize("mode", [0o600, 0o755])
def test_files_keep_their_names_of_owners_which_the_machine_resolves(mode: int) -> None:
    tar = settling([File("/etc/app/secret", b"s", mode, "app", "www-data")])
    with tarfile.open(fileobj=io.BytesIO(tar)) as read:
        (entry,) = read.getmembers()
    assert (entry.name, entry.mode) == ("etc/app/secret", mode)
    assert (entry.uname, entry.gname) == ("app", "www-data")
