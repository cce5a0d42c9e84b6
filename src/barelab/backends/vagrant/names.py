"""How machines and networks of seats are called, so that they are found when all else is gone."""

from __future__ import annotations

from barelab.backends.base import NodeRef, SeatRef

PREFIX = "barelab."
WAY_IN = "barelab-way-in"


def prefix(owner: SeatRef) -> str:
    """Return how the names of all that a seat owns begin."""
    return f"{PREFIX}{owner.lab}.{owner.seat}."


def machine(ref: NodeRef) -> str:
    """Return a machine's name."""
    return prefix(ref.owner) + ref.node


def network(owner: SeatRef, name: str) -> str:
    """Return a network's name."""
    return prefix(owner) + name


def parted(name: str) -> tuple[SeatRef, str] | None:
    """Return whose a thing of that name is, and what it is there; None where it is not ours."""
    parts = name.removeprefix(PREFIX).split(".") if name.startswith(PREFIX) else []
    return (SeatRef(parts[0], parts[1]), parts[2]) if len(parts) == 3 else None
