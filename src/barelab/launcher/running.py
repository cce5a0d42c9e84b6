"""The lab of a seat in the size, and with the options, in which it runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from barelab.backends.base import SeatRef, Snapshot
from barelab.model.lab import Lab
from barelab.model.loading import load_lab
from barelab.model.options import as_kept
from barelab.model.scale import fitting, groups
from barelab.support.errors import UsageError


def lab_of(owner: SeatRef, seen: Snapshot) -> Lab:
    """Return the seat's lab with as many nodes as it has now, and the options it was made with.

    Raises:
        UsageError, ContentError: the lab's file is gone or wrong.
    """
    own = seen.of(owner)
    kept = next((network.options for network in own.networks if network.options), {})
    return fitting(as_kept(load_lab(owner.lab), kept), [node.ref.node for node in own.nodes])


def lab_to_be(
    asked: Lab,
    owner: SeatRef,
    seen: Snapshot,
    counts: Mapping[str, int],
    options: Mapping[str, str],
) -> Lab:
    """Return the lab as it is asked for; a seat that runs stays as it is.

    `asked` is the lab scaled to `counts` and set to `options`, which name what the user named.

    Raises:
        UsageError: the seat runs in another size or with other options. Its nodes' configuration
            follows from both, and what learners did there would be lost by renewing it.
    """
    if not seen.of(owner).nodes:
        return asked
    now = lab_of(owner, seen)
    for is_now, wanted, way in _others(now, counts, options):
        raise UsageError(
            f"{owner} is up with {is_now}; `barelab down {owner.lab}{owner.option}` first, "
            f"then bring it up with {way} {wanted}"
        )
    return now


def _others(
    now: Lab, counts: Mapping[str, int], options: Mapping[str, str]
) -> Iterator[tuple[str, str, str]]:
    sizes = groups(now)
    for group, count in counts.items():
        if sizes.get(group) != count:
            yield f"{group}={sizes.get(group)}", f"{group}={count}", "--scale"
    for option, choice in options.items():
        if now.options[option] != choice:
            yield f"{option}={now.options[option]}", f"{option}={choice}", "--set"
