"""Building the images of labs without bringing a seat up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from barelab.backends.base import DEFAULT_SEAT, Backend, ImageSpec, SeatRef
from barelab.launcher import images
from barelab.launcher.ownership import lock_name
from barelab.model.lab import Lab
from barelab.model.loading import load_role
from barelab.render.nodes import BASE
from barelab.support.locks import hold

Say = Callable[[str], None]


class Images(Protocol):
    """What says which images there are."""

    def ensure_root(self, on_line: Say) -> str:
        """Return the tag of the bare Debian image, had if it was missing."""
        ...

    def tags(self) -> frozenset[str]:
        """Return the tags that there are."""
        ...


def ensure_images(
    labs: Sequence[Lab], backend: Backend, there: Images, say: Say
) -> tuple[str, ...]:
    """Return the tags of all images of the labs, the bare root's first; builds what is missing.

    Raises:
        CouldNotTell: one cannot be built.
    """
    base, root, present = load_role(BASE), there.ensure_root(say), there.tags()
    wanted: dict[str, tuple[ImageSpec, SeatRef]] = {}
    for lab in labs:
        for node in lab.nodes:
            for spec in images.chain(lab, node, base):
                wanted.setdefault(spec.tag, (spec, SeatRef(lab.name, DEFAULT_SEAT)))
    for spec, owner in wanted.values():
        if spec.tag not in present:
            say(f"building {spec.tag}")
            with hold(lock_name(owner), lambda pid: say(f"waiting for process {pid}")):
                backend.build_image(spec, owner, lambda _line: None)
    return (root, *wanted)
