"""A seat as it was when it was new: snapshots of all its machines, of one moment."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from barelab.backends.base import NodeRef, SeatRef
from barelab.backends.vagrant import names, seats, virsh
from barelab.backends.vagrant.ssh import NOW, Way
from barelab.support.errors import CouldNotTell
from barelab.support.wait import until

_NAME = "new"
_ANSWER_S = 60.0
_AT_ONCE = 8


def keep(owner: SeatRef, ways: Mapping[NodeRef, Way]) -> None:
    """Take a snapshot of each machine while all of them stand still.

    So what one has sent the others have got, or it is sent once more: connections go on.
    """
    moments = _each(ways, lambda ref: ways[ref].run(NOW).text)
    _each(ways, lambda ref: virsh.virsh("suspend", names.machine(ref)))
    try:
        _each(ways, lambda ref: virsh.virsh("snapshot-create-as", names.machine(ref), _NAME))
    finally:
        _each(ways, lambda ref: virsh.virsh("resume", names.machine(ref)))
    for ref, moment in moments.items():
        seats.settle(ref, moment)
    seats.write(owner, {"kept": sorted(ref.node for ref in ways)})


def renew(owner: SeatRef, ways: Mapping[NodeRef, Way]) -> bool:
    """Bring each machine back to its snapshot, let all go on at once, and set their clocks."""
    kept = seats.read(owner).get("kept")
    if not ways or kept != sorted(ref.node for ref in ways):
        return False
    for way in ways.values():
        way.close()
    words = (_NAME, "--force", "--paused")
    _each(ways, lambda ref: virsh.virsh("snapshot-revert", names.machine(ref), *words))
    _each(ways, lambda ref: virsh.virsh("resume", names.machine(ref)))
    _each(ways, lambda ref: _set_clock(ref, ways[ref]))
    seats.write(owner, {"renewed": int(seats.read(owner).get("renewed", 0)) + 1})
    return True


def _set_clock(ref: NodeRef, way: Way) -> None:
    if not until(way.answers, _ANSWER_S, every_s=0.2):
        raise CouldNotTell(f"{ref.node} was brought back and does not answer")
    way.run(("date", "-u", "--set", datetime.now(UTC).isoformat(timespec="milliseconds")))


def _each(refs: Iterable[NodeRef], do: Callable[[NodeRef], str | None]) -> dict[NodeRef, str]:
    refs = list(refs)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return dict(zip(refs, (said or "" for said in pool.map(do, refs)), strict=True))
