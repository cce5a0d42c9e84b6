"""A content root of a test's own, to damage or to change."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from barelab.support.paths import content_root

_PARTS = ("app", "checker", "exercises", "images", "labs")


@dataclass(frozen=True)
class Content:
    """A copy of the content root; BARELAB_CONTENT takes its `root`."""

    root: Path

    def replace(self, file: str, old: str, new: str) -> None:
        """Replace a text, which must be there, once in a file."""
        path = self.root / file
        text = path.read_text()
        assert old in text, f"{file} has no {old!r}"
        path.write_text(text.replace(old, new, 1))

    def write(self, file: str, text: str) -> None:
        """Write a file, its folders made."""
        path = self.root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def add_role(self, name: str, lab: str, node: str, script: str) -> None:
        """Give a node of a lab one role more, whose image is made by a short script.

        Built on the image that the node has, it costs seconds.
        """
        self.write(f"images/{name}/install.sh", f"#!/bin/sh\nset -eu\n{script}\n")
        self.write(
            f"images/{name}/role.yaml",
            f"title: {name}\nunits: []\nports: {{}}\nmemory_mib: 16\n",
        )
        path = self.root / "labs" / f"{lab}.yaml"
        before, _, after = path.read_text().partition(f"  {node}: {{role: ")
        role, _, rest = after.partition(",")
        assert rest, f"{lab} has no node {node} with one role"
        path.write_text(f"{before}  {node}: {{roles: [{role}, {name}],{rest}")


def copied(target: Path) -> Content:
    """Return a fresh copy of the content root."""
    ignore = shutil.ignore_patterns("__pycache__", ".*", "*.sqlite3")
    for part in _PARTS:
        shutil.copytree(content_root() / part, target / part, ignore=ignore)
    return Content(target)
