"""The lock under which a seat is changed, by one process at a time."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from barelab.backends.base import SeatRef
from barelab.support.locks import hold


def lock_name(owner: SeatRef) -> str:
    """Return the name of the lock under which a seat is changed."""
    return f"seat-{owner.lab}.{owner.seat}"


def locked(name: str) -> SeatRef | None:
    """Return the seat that a lock of this name is about; other locks are about none."""
    kind, _, owner = name.partition("-")
    lab, dot, seat = owner.partition(".")
    return SeatRef(lab, seat) if kind in ("seat", "drill") and dot else None


def owning(owner: SeatRef, say: Callable[[str], None]) -> AbstractContextManager[bool]:
    """Hold a seat for the body; yields whether its last holder was killed (`locks.hold`)."""
    return hold(
        lock_name(owner),
        lambda pid: say(f"{owner} is being changed by process {pid}; waiting for it"),
    )
