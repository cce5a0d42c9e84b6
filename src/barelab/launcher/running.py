"""The lab of a seat in the size in which it runs."""

from __future__ import annotations

from collections.abc import Mapping

from barelab.backends.base import SeatRef, Snapshot
from barelab.model.lab import Lab
from barelab.model.loading import load_lab
from barelab.model.scale import fitting, groups
from barelab.support.errors import UsageError


def lab_of(owner: SeatRef, seen: Snapshot) -> Lab:
    """Return the seat's lab with as many nodes as it has now.

    Raises:
        UsageError, ContentError: the lab's file is gone or wrong.
    """
    return fitting(load_lab(owner.lab), [node.ref.node for node in seen.of(owner).nodes])


def lab_to_be(asked: Lab, owner: SeatRef, seen: Snapshot, counts: Mapping[str, int]) -> Lab:
    """Return the lab in the size that is asked for; a seat that runs keeps its own.

    `asked` is the lab scaled to `counts`, which names the groups that the user named.

    Raises:
        UsageError: the seat runs in another size. Its other nodes' configuration names every node,
            and what learners did there would be lost by renewing it.
    """
    if not seen.of(owner).nodes:
        return asked
    now = lab_of(owner, seen)
    for group, count in counts.items():
        if groups(now).get(group) != count:
            raise UsageError(
                f"{owner} is up with {group}={groups(now).get(group)}; "
                f"`barelab down {owner.lab}{owner.option}` first, "
                f"then bring it up with --scale {group}={count}"
            )
    return now
