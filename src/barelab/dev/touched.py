"""Which exercises a change touches: those with a file in the commits of one sitting."""

from __future__ import annotations

import subprocess
from collections.abc import Collection
from pathlib import Path

_SITTING_S = 3 * 3600


def touched(root: Path, names: Collection[str]) -> list[str]:
    """Return those of the exercises that a clone's commits of its last three hours changed."""
    last = int(_git(root, "log", "-1", "--format=%ct"))
    since = f"--since={last - _SITTING_S}"
    paths = _git(root, "log", since, "--name-only", "--format=", "--", "exercises").splitlines()
    changed = {"/".join(path.split("/")[1:3]) for path in paths}
    return [name for name in names if name in changed]


def _git(root: Path, *words: str) -> str:
    done = subprocess.run(["git", *words], cwd=root, capture_output=True, text=True, check=True)
    return done.stdout
