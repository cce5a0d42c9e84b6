"""Asking libvirt, by its own command line: its names, never its files."""

from __future__ import annotations

import subprocess
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from ipaddress import IPv4Network

from barelab.support.errors import CouldNotTell, EngineAway, EngineDenied

URI = "qemu:///system"
_PATIENCE_S = 30.0
_AT_ONCE = 8
_DENIED = ("permission denied", "authentication", "access denied")
# What is gone already need not be taken away.
_GONE = (
    "failed to get domain",
    "failed to get network",
    "not found",
    "is not running",
    "is not active",
)


@dataclass(frozen=True, slots=True)
class Domain:
    """A virtual machine. `state` is libvirt's word; `about` what its description says.

    `networks` are those that its cables lead to, less those that are pulled.
    """

    name: str
    uuid: str
    state: str
    about: str
    networks: frozenset[str]


@dataclass(frozen=True, slots=True)
class Network:
    """A network of libvirt's, with its IPv4 subnet where it has one."""

    name: str
    uuid: str
    subnet: IPv4Network | None


def virsh(*words: str, stdin: str = "") -> str:
    """Return what a command of libvirt's prints.

    Raises:
        EngineAway: libvirt is not here, or does not answer.
        CouldNotTell: it refuses; the message is its own.
    """
    try:
        done = subprocess.run(
            ["virsh", "--quiet", "--connect", URI, *words],
            input=stdin.encode(),
            capture_output=True,
            timeout=_PATIENCE_S,
        )
    except FileNotFoundError as error:
        raise EngineAway(
            "libvirt is not here: `barelab up LAB --backend vagrant --yes` installs it"
        ) from error
    except subprocess.TimeoutExpired as error:
        raise EngineAway(f"libvirt does not answer within {_PATIENCE_S:g} s") from error
    if done.returncode:
        told = " ".join(done.stderr.decode(errors="replace").replace("error: ", "").split())
        if "failed to connect" in told.lower():
            raise _away(told)
        raise CouldNotTell(f"libvirt: {told}")
    return done.stdout.decode(errors="replace")


def _away(told: str) -> EngineAway:
    if any(word in told.lower() for word in _DENIED):
        return EngineDenied(
            "you may not use libvirt on this machine: `sudo usermod -aG libvirt $USER`, then "
            "`newgrp libvirt`, and try again"
        )
    way = "`barelab up LAB --backend vagrant --yes` starts it"
    return EngineAway(f"libvirt does not answer ({told}); {way}")


def unless_gone(*words: str) -> None:
    """Have a command of libvirt's done to something; nothing where that is gone, or off."""
    try:
        virsh(*words)
    except EngineAway:
        raise
    except CouldNotTell as error:
        if not any(word in str(error).lower() for word in _GONE):
            raise


def domains(prefix: str) -> list[Domain]:
    """Return the machines whose names begin so."""
    rows = (line.split(None, 2) for line in virsh("list", "--all").splitlines())
    states = {row[1]: row[2].strip() for row in rows if len(row) == 3 and row[1].startswith(prefix)}
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        texts = pool.map(lambda name: _told("dumpxml", name), states)
        return list(_domains(states, texts))


def _domains(states: dict[str, str], texts: Iterator[str]) -> Iterator[Domain]:
    for (name, state), text in zip(states.items(), texts, strict=True):
        if text:
            root = ElementTree.fromstring(text)  # noqa: S314 - libvirt's own
            about = root.findtext("description") or ""
            yield Domain(name, root.findtext("uuid") or "", state, about, frozenset(_plugged(root)))


def _plugged(domain: ElementTree.Element) -> Iterator[str]:
    for card in domain.iter("interface"):
        source, link = card.find("source"), card.find("link")
        if source is not None and (link is None or link.get("state") != "down"):
            yield source.get("network") or ""


def networks() -> list[Network]:
    """Return all networks."""
    names = virsh("net-list", "--all", "--name").split()
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        texts = pool.map(lambda name: _told("net-dumpxml", name), names)
        roots = [ElementTree.fromstring(text) for text in texts if text]  # noqa: S314
    return [
        Network(root.findtext("name") or "", root.findtext("uuid") or "", _subnet(root))
        for root in roots
    ]


def _told(*words: str) -> str:
    """Return what is told of something that may go meanwhile: nothing then."""
    try:
        return virsh(*words)
    except EngineAway:
        raise
    except CouldNotTell:
        return ""


def _subnet(network: ElementTree.Element) -> IPv4Network | None:
    for place in network.iter("ip"):
        address, mask = place.get("address"), place.get("netmask") or place.get("prefix")
        if address and mask and ":" not in address:
            return IPv4Network(f"{address}/{mask}", strict=False)
    return None
