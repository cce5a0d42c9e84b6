"""What a node was made with: for checks that compare it with what is there now."""

from __future__ import annotations

from barelab.grading.access import Access
from barelab.launcher.desire import desire
from barelab.model.loading import load_role
from barelab.render.file import File
from barelab.render.nodes import BASE
from barelab.support.errors import CouldNotTell


def made_with(access: Access, node: str) -> tuple[File, ...]:
    """Return the files that a node got when it was made, its secrets among them, rendered anew.

    Raises:
        CouldNotTell: the node was made of another image or by other templates than are here now.
    """
    seen = access.backend.observe()
    wish = desire(access.lab, load_role(BASE), access.owner, seen)
    wanted = {spec.ref: spec.spec for spec in wish.desired.nodes}
    found = {each.ref: each.spec for each in seen.of(access.owner).nodes}
    ref = access.ref(node)
    if found.get(ref) != wanted[ref]:
        raise CouldNotTell(
            f"{node} was made by another version of barelab, so nobody can tell what was changed; "
            f"run `barelab reset {node}{access.owner.option}`"
        )
    return tuple(wish.files(node))
