"""Finding what a user names among what runs."""

from __future__ import annotations

import re

from barelab.backends.base import Backend, NodeRef, SeatRef, Snapshot
from barelab.model.names import PROBE
from barelab.support.errors import UsageError
from barelab.support.text import did_you_mean, quoted

_LOG = "log"
_SEAT = re.compile(r"[a-z][a-z0-9-]{0,30}\Z")


def is_name(text: str) -> bool:
    """Return whether a text could be a seat's or lab's name, safe in those of files."""
    return bool(_SEAT.match(text))


def seat_name(text: str) -> str:
    """Return the seat's name as it was given.

    Raises:
        UsageError: it could not safely stand in names of containers and files.
    """
    if not is_name(text):
        raise UsageError(
            f"{quoted(text)} is no name for a seat: use lower-case letters, digits and hyphens, "
            "a letter first, at most 31"
        )
    return text


def find_owner(seen: Snapshot, seat: str, lab: str | None) -> SeatRef:
    """Return the one lab of a seat that runs, or the one of that name.

    Raises:
        UsageError: there is none, or several and none was named.
    """
    owners = [o for o in seen.owners() if o.seat == seat_name(seat)]
    if lab is not None:
        owners = [owner for owner in owners if owner.lab == lab]
    if not owners:
        what = f"lab {lab}" if lab else "lab"
        raise UsageError(
            f"no {what} is up in seat {seat}; `barelab up LAB{SeatRef('', seat).option}` "
            "brings one up"
        )
    if len(owners) > 1:
        names = ", ".join(owner.lab for owner in owners)
        raise UsageError(f"seat {seat} has several labs up ({names}); name one with --lab")
    return owners[0]


def find_node(backend: Backend, name: str, seat: str, lab: str | None) -> NodeRef:
    """Return the node of that name in a seat that is up. The probe is not given to anybody.

    Raises:
        UsageError: there is none; the error names the nearest.
    """
    seen = backend.observe()
    owner = find_owner(seen, seat, lab)
    names = [node.ref.node for node in seen.of(owner).nodes if node.ref.node != PROBE]
    if name not in names:
        raise UsageError(
            f"no node {quoted(name)} in {owner}{did_you_mean(name, names)}"
            f" (it has {', '.join(names)})"
        )
    return NodeRef(owner, name)


def find_log_server(backend: Backend, seat: str, lab: str | None) -> NodeRef:
    """Return the node of a seat to which all others send their log lines.

    Raises:
        UsageError: its lab has none, or it was left out.
    """
    from barelab.launcher.running import lab_of

    seen = backend.observe()
    owner = find_owner(seen, seat, lab)
    up = {node.ref.node for node in seen.of(owner).nodes}
    for node in lab_of(owner, seen).with_role(_LOG):
        if node.name in up:
            return NodeRef(owner, node.name)
    raise UsageError(
        f"{owner} has no log server; `barelab logs NODE{owner.option}` shows the journal of a node"
    )
