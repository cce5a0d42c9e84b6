"""In which order a day's run takes what it has no time to take whole: exercises, test files."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from math import gcd
from pathlib import Path

_SITTING_S = 3 * 3600


def due(root: Path, folder: str, names: Sequence[str], day: int) -> list[str]:
    """Return all names, those first that a clone's commits of its last three hours changed.

    A name is a path below `folder`, and what lies below it belongs to it. The others begin each
    day somewhere else, so that within `len(names)` days at most each was the first.
    """
    changed = _changed(root, folder, names)
    rest = [name for name in names if name not in changed]
    steps = [step for step in (5, 4, 3, 2) if gcd(step, len(rest)) == 1]
    start = day * (steps or [1])[0] % max(1, len(rest))
    return [name for name in names if name in changed] + rest[start:] + rest[:start]


def _changed(root: Path, folder: str, names: Sequence[str]) -> set[str]:
    last = int(_git(root, "log", "-1", "--format=%ct"))
    since = f"--since={last - _SITTING_S}"
    paths = _git(root, "log", since, "--name-only", "--format=", "--", folder).splitlines()
    return {name for name in names if any(_is_in(path, f"{folder}/{name}") for path in paths)}


def _is_in(path: str, place: str) -> bool:
    return path == place or path.startswith(f"{place}/")


def _git(root: Path, *words: str) -> str:
    done = subprocess.run(["git", *words], cwd=root, capture_output=True, text=True, check=True)
    return done.stdout
