"""Everything of seats that exists on this machine: what `down` must leave nothing of."""

from __future__ import annotations

from dataclasses import dataclass

from barelab.backends.base import Backend, SeatRef
from barelab.launcher.ownership import locked
from barelab.support import locks
from barelab.support.paths import making_folder


@dataclass(frozen=True, slots=True)
class Resource:
    """One thing that a seat owns. `kind` is container, machine, network, lock or file.

    What belongs to no one seat, as a half-made base image, has neither `lab` nor `seat`.
    """

    kind: str
    id: str
    lab: str
    seat: str


def census(backend: Backend) -> list[Resource]:
    """Return every resource of every seat; images are not counted."""
    seen = backend.observe()
    making = making_folder()
    return [
        *(_of(_kind(backend, n.ref.owner), n.id, n.ref.owner) for n in seen.nodes),
        *(_of(_kind(backend, b.owner), b.id, b.owner) for b in seen.builds),
        *(_of("network", n.id, n.owner) for n in seen.networks),
        *(_of("lock", str(path), locked(path.stem)) for path in locks.existing()),
        *([_of("file", str(making), None)] if making.exists() else []),
    ]


def _kind(backend: Backend, owner: SeatRef) -> str:
    return "container" if backend.of(owner).name == "docker" else "machine"


def _of(kind: str, id_: str, owner: SeatRef | None) -> Resource:
    return Resource(kind, id_, owner.lab if owner else "", owner.seat if owner else "")
