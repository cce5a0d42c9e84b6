"""A seat for Vagrant: what the Vagrantfile reads of it, and the tar that settles each machine."""

from __future__ import annotations

import hashlib
import io
import tarfile
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Any

from barelab.render.file import File

# A kernel, systemd, its journal and udev, which containers share with their host.
MACHINE_MIB = 160
# QEMU's own network for what is published; the card comes behind those of Vagrant's.
_PUBLISHED_ADDRESS = "10.0.2.15"
_PUBLISHED_SLOT = "0x1d"


@dataclass(frozen=True, slots=True)
class Machine:
    """A node as a virtual machine. `networks` are in the order of its interfaces.

    `published` maps ports of the node to ports of 127.0.0.1; `about` is kept with the machine.
    """

    name: str
    title: str
    box: str
    memory_mib: int
    networks: Sequence[Cable]
    published: Mapping[int, int]
    about: Mapping[str, Any]

    def as_json(self) -> dict[str, Any]:
        """Return what the Vagrantfile reads."""
        return {
            "name": self.name,
            "title": self.title,
            "box": self.box,
            "memory_mib": self.memory_mib,
            "networks": [cable.as_json() for cable in self.networks],
            "qemu": self.publishing(),
            "about": dict(self.about),
        }

    @property
    def published_mac(self) -> str:
        """The address of the interface that published ports lead to."""
        return _mac(f"{self.title} published")

    def publishing(self) -> list[str]:
        """Return what QEMU is told to publish ports of 127.0.0.1, and nothing else, by itself."""
        if not self.published:
            return []
        ports = "".join(
            f",hostfwd=tcp:127.0.0.1:{outside}-{_PUBLISHED_ADDRESS}:{inside}"
            for inside, outside in self.published.items()
        )
        card = f"virtio-net-pci,netdev=published,mac={self.published_mac},addr={_PUBLISHED_SLOT}"
        return ["-netdev", f"user,id=published,restrict=on{ports}", "-device", card]


@dataclass(frozen=True, slots=True)
class Cable:
    """A machine's interface in a network, which has that name for the hypervisor."""

    network: str
    name: str
    address: str
    subnet: IPv4Network

    @property
    def mac(self) -> str:
        """The interface's address, always the same for the same place."""
        return _mac(f"{self.name} {self.address}")

    @property
    def place(self) -> str:
        """The address with the length of the network's prefix."""
        return f"{self.address}/{self.subnet.prefixlen}"

    def as_json(self) -> dict[str, Any]:
        """Return what the Vagrantfile reads."""
        return {
            "name": self.name,
            "address": self.address,
            "netmask": str(self.subnet.netmask),
            "mac": self.mac,
        }


def _mac(of: str) -> str:
    digest = hashlib.sha256(of.encode()).hexdigest()
    return ":".join(["52", "54", "00", *(digest[i : i + 2] for i in (0, 2, 4))])


def machine_files(machine: Machine, hosts: Mapping[str, str]) -> list[File]:
    """Return what a container's engine would set: the node's name, addresses and known hosts."""
    rows = ["127.0.0.1 localhost", "::1 localhost ip6-localhost ip6-loopback"]
    rows += [f"{address} {name}" for name, address in hosts.items()]
    published = f"{_PUBLISHED_ADDRESS}/24"
    networks = {cable.network: _network(cable.mac, cable.place) for cable in machine.networks}
    if machine.published:
        networks["published"] = _network(machine.published_mac, published)
    return [
        File("/etc/hostname", f"{machine.name}\n".encode()),
        File("/etc/hosts", ("\n".join(rows) + "\n").encode()),
        *(
            File(f"/etc/systemd/network/20-{name}.network", content)
            for name, content in networks.items()
        ),
    ]


def _network(mac: str, place: str) -> bytes:
    lines = ["[Match]", f"MACAddress={mac}", "", "[Network]", f"Address={place}"]
    return "\n".join([*lines, "LinkLocalAddressing=no", "IPv6AcceptRA=no", ""]).encode()


def settling(files: Iterable[File]) -> bytes:
    """Return a tar of files for a machine, which knows the ids of their owners itself."""
    buffer, now = io.BytesIO(), int(time.time())
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for file in files:
            entry = tarfile.TarInfo(file.path.lstrip("/"))
            entry.size, entry.mode, entry.mtime = len(file.content), file.mode, now
            entry.uname, entry.gname = file.owner, file.group
            tar.addfile(entry, io.BytesIO(file.content))
    return buffer.getvalue()
