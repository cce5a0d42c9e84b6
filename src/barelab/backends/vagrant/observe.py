"""What exists of seats: libvirt's machines and networks, and what was about to become one."""

from __future__ import annotations

import contextlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

from barelab.backends.base import (
    BuildSeen,
    NetworkSeen,
    NodeRef,
    NodeSeen,
    NodeState,
    SeatRef,
    Snapshot,
)
from barelab.backends.vagrant import names, roots, seats, virsh

_STATES = {
    "running": NodeState.RUNNING,
    "idle": NodeState.RUNNING,
    "in shutdown": NodeState.RUNNING,
    "paused": NodeState.PAUSED,
}
_GUEST = re.compile(rb"\0guest=([^,\0]+)")


def observe(owner: SeatRef | None = None) -> Snapshot:
    """Return what exists now, or what of it a seat owns. Changes nothing."""
    prefix = names.PREFIX if owner is None else names.prefix(owner)
    domains = {domain.name: domain for domain in virsh.domains(prefix)}
    networks = virsh.networks()
    processes = dict(running())
    planned = {names.machine(ref): ref for seat in _seats(owner) for ref, _ in seats.nodes(seat)}
    nodes = []
    for name in {**planned, **domains}:
        parted = names.parted(name)
        if parted is not None:
            nodes.append(_node(NodeRef(*parted), domains.get(name), processes.get(name)))
    ours = [seen for network in networks if (seen := _network(network))]
    return Snapshot(
        networks=tuple(n for n in ours if owner is None or n.owner == owner),
        nodes=tuple(sorted(nodes, key=lambda node: node.ref)),
        builds=tuple(_left_over(owner, nodes, ours)),
        images=roots.tags_present() if owner is None else frozenset(),
        taken={n.subnet: f"network {n.name}" for n in networks if n.subnet},
        published=frozenset(port for node in nodes for port in node.ports.values()),
    )


def running() -> Iterator[tuple[str, tuple[int, str]]]:
    """Yield each running machine's name, with its process and when that began, in UTC.

    The kernel tells it: libvirt keeps no time of a start.
    """
    booted = next(
        float(line.split()[1])
        for line in Path("/proc/stat").read_text().splitlines()
        if line.startswith("btime")
    )
    tick = os.sysconf("SC_CLK_TCK")
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it has ended meanwhile
            if not (process / "comm").read_text().startswith("qemu-system"):
                continue
            if found := _GUEST.search(b"\0" + (process / "cmdline").read_bytes()):
                after = int((process / "stat").read_text().rpartition(")")[2].split()[19]) / tick
                began = datetime.fromtimestamp(booted + after, UTC)
                yield found[1].decode(), (int(process.name), _text(began))


def _left_over(
    owner: SeatRef | None, nodes: list[NodeSeen], networks: list[NetworkSeen]
) -> Iterator[BuildSeen]:
    """Yield what is kept of seats that have nothing else: a killed `up` or `down` left it."""
    busy = {node.ref.owner for node in nodes} | {network.owner for network in networks}
    for seat in _seats(owner):
        if seat not in busy and seats.folder(seat).exists():
            yield BuildSeen(seat, f"folder {seats.folder(seat)}")


def _seats(owner: SeatRef | None) -> list[SeatRef]:
    return seats.existing() if owner is None else [owner]


def _node(ref: NodeRef, domain: virsh.Domain | None, process: tuple[int, str] | None) -> NodeSeen:
    about = _about(domain)
    settled = seats.settled(ref)
    pid, began = process or (0, "")
    kept = seats.read(ref.owner)
    made = domain is not None and (settled or not kept)
    return NodeSeen(
        ref=ref,
        # One that was brought back to how it was new is another node, as a container made anew.
        id=f"{domain.uuid if domain else 'none'}.{kept.get('renewed', 0)} {names.machine(ref)}",
        state=_STATES.get(domain.state, NodeState.STOPPED) if made and domain else NodeState.MADE,
        spec=str(about.get("spec", "")),
        addresses=dict(_plugged(ref, domain, about)),
        ports=dict(about.get("ports", {})),
        created_at=settled or _text(datetime.now(UTC)),
        started_at=began or "0001-01-01T00:00:00Z",
        pid=pid,
        restarts=0,
        out_of_memory=False,
    )


def _plugged(
    ref: NodeRef, domain: virsh.Domain | None, about: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    for network, address in about.get("addresses", {}).items():
        if domain and names.network(ref.owner, network) in domain.networks:
            yield network, address


def _about(domain: virsh.Domain | None) -> Mapping[str, Any]:
    with contextlib.suppress(ValueError):
        return dict(json.loads(domain.about)) if domain and domain.about else {}
    return {}


def _network(network: virsh.Network) -> NetworkSeen | None:
    parted = names.parted(network.name)
    if parted is None:
        return None
    owner, name = parted
    kept = seats.read(owner)
    subnet = network.subnet or IPv4Network("0.0.0.0/32")
    return NetworkSeen(
        owner, name, network.uuid, subnet, kept.get("secret", ""), kept.get("options", {})
    )


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")
