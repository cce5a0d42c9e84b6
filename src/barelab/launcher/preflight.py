"""What must hold before `up` begins: enough memory, disk and inotify instances."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

from barelab.backends.base import NodeState, Room, SeatRef, Snapshot
from barelab.launcher.needs import INOTIFY_PER_NODE, Needs, needs, shortages
from barelab.model.lab import Lab
from barelab.model.loading import load_role
from barelab.render.nodes import BASE
from barelab.support import machine
from barelab.support.errors import CouldNotTell

# What root has open on a machine without nodes: about 20 with a desktop.
_OTHERS = 32
INOTIFY_RAISED = 1024


class NoRoom(CouldNotTell):
    """The machine has not what a lab needs; nothing was started."""


class Looking(Protocol):
    """The part of a backend that looks."""

    def room(self) -> Room:
        """Return what is left for nodes."""
        ...

    def observe(self) -> Snapshot:
        """Return what exists."""
        ...


def preflight(backend: Looking, lab: Lab, owner: SeatRef) -> Snapshot:
    """Return what exists when a seat's lab may start.

    Raises the limit of inotify instances where it is short and that is allowed.

    Raises:
        NoRoom: memory, disk or inotify instances are short; the message has the figures.
    """
    with ThreadPoolExecutor(1) as pool:
        left = pool.submit(backend.room)
        seen = backend.observe()
    room = left.result()
    need = needs(lab, load_role(BASE), seen.of(owner))
    running = sum(node.state is NodeState.RUNNING for node in seen.nodes)
    short = [*shortages(need, room), *_inotify(need, running, room)]
    if short:
        raise NoRoom(f"{owner} is not started: {'; '.join(short)}; `barelab doctor` says more")
    return seen


def _inotify(need: Needs, running: int, room: Room) -> list[str]:
    wanted = need.inotify + running * INOTIFY_PER_NODE + _OTHERS
    if not need.nodes or room.inotify_limit is None or wanted <= room.inotify_limit:
        return []
    raised = max(INOTIFY_RAISED, 2 * wanted)
    if machine.raise_inotify(raised):
        return []
    if machine.inotify_used() + need.inotify <= room.inotify_limit:
        return []
    return [
        f"inotify instances are short: about {wanted} needed, {room.inotify_limit} allowed: "
        f"`sudo sysctl fs.inotify.max_user_instances={raised}`"
    ]
