"""Conformance: is this lab what its picture says? The checks of `checker/`, one file per role."""

from __future__ import annotations

from pathlib import Path

from barelab.grading.checks import Check, load_checks, prefixed
from barelab.model.lab import Lab
from barelab.support.paths import content_root

BASE = "base"


def conformance_checks(lab: Lab, root: Path | None = None) -> tuple[Check, ...]:
    """Return the checks of base and of every role that apply to the lab, named `ROLE.CHECK`."""
    folder = (root or content_root()) / "checker"
    files = [folder / f"{role}.py" for role in dict.fromkeys((BASE, *lab.roles))]
    return tuple(
        check
        for file in files
        if file.is_file()
        for check in prefixed(load_checks(file), file.stem)
        if check.applies(lab)
    )
