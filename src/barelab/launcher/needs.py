"""What a lab needs of the machine, and what of that is not there: pure, with figures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from barelab.backends.base import NodeState, Room, Snapshot
from barelab.launcher import images
from barelab.model.lab import Lab
from barelab.model.role import Role
from barelab.render.nodes import memory_mib

_MIB = 1 << 20
# Nodes of a lab that runs hold less than half of what they may take: docs/labs.md.
_LIMITS_PER_USE = 2
# The largest layer of a role but one: 330 MB, that of postgres with its seeded database (docker
# history); iam's has 569 MB, and those beside it far less than this.
_IMAGE_BYTES = 400 * _MIB
# The largest writable layer of a node after use: 160 MB, that of db1 (docker ps --size).
_NODE_BYTES = 200 * _MIB
# systemd 1, journald 1, dbus 1: docs/decisions/systemd-in-containers.md.
INOTIFY_PER_NODE = 3


@dataclass(frozen=True, slots=True)
class Needs:
    """What starting a lab takes, beyond what runs already."""

    lab: str
    nodes: int
    memory_bytes: int
    disk_bytes: int

    @property
    def inotify(self) -> int:
        """How many inotify instances its nodes take."""
        return self.nodes * INOTIFY_PER_NODE


def needs(lab: Lab, base: Role, seen: Snapshot | None = None) -> Needs:
    """Return what a lab needs; with `seen`, of its seat, only what is not there yet."""
    running = {n.ref.node for n in seen.nodes if n.state is NodeState.RUNNING} if seen else set()
    existing = {n.ref.node for n in seen.nodes} if seen else set()
    starting = [node for node in lab.nodes if node.name not in running]
    made = [node for node in lab.nodes if node.name not in existing]
    tags = {spec.tag for node in made for spec in images.chain(lab, node, base)}
    missing = tags - (seen.images if seen else frozenset())
    return Needs(
        lab.name,
        len(starting),
        sum(memory_mib(lab, node) for node in starting) * _MIB // _LIMITS_PER_USE,
        len(missing) * _IMAGE_BYTES + len(made) * _NODE_BYTES,
    )


def shortages(need: Needs, room: Room) -> tuple[str, ...]:
    """Return what is short for it, with figures; what cannot be told is not short."""
    return tuple(
        f"{what} is short: {need.lab} needs {size(wanted)}, {size(left)} are free{where}"
        for what, wanted, left, where in (
            ("memory", need.memory_bytes, room.memory_bytes, ""),
            ("disk", need.disk_bytes, room.disk_bytes, f" at {room.disk_path}"),
        )
        if left is not None and wanted > left
    )


def largest(every: Iterable[Needs]) -> Needs | None:
    """Return the needs of the lab with the most nodes, or None where there is no lab."""
    return max(every, key=lambda need: need.nodes, default=None)


def size(count: int) -> str:
    """Return a size for people, as in "1.5 GiB"."""
    return f"{count / (1 << 30):.1f} GiB" if count >= 1 << 30 else f"{count >> 20} MiB"
