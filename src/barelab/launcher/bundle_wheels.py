"""The Python packages that barelab itself needs, for a machine without a network."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from barelab.support.errors import CouldNotTell
from barelab.support.paths import content_root

LOCK = "requirements.lock"


def collect(folder: Path, say: Callable[[str], None]) -> tuple[Path, ...]:
    """Put the wheels of the lock file, and barelab's own, into the folder; return what came.

    What is not here (an installed wheel has no lock file and no source) is told and left out.

    Raises:
        CouldNotTell: a wheel cannot be had, or its hash is not the lock file's.
    """
    lock = content_root() / LOCK
    if lock.is_file():
        say("collecting the wheels of requirements.lock")
        _pip(
            "download",
            "--no-deps",
            "--only-binary=:all:",
            "--require-hashes",
            "-r",
            str(lock),
            folder,
        )
    else:
        say(f"no {lock}: the bundle has no wheels")
    if (content_root() / "pyproject.toml").is_file():
        say("building barelab's own wheel")
        try:
            _pip("wheel", "--no-deps", str(content_root()), folder)
        except CouldNotTell as error:
            say(f"{error}\nbarelab itself is left out: carry a clone of it beside the bundle")
    return tuple(sorted(folder.glob("*.whl")))


def _pip(command: str, *arguments: str | Path) -> None:
    target = "--dest" if command == "download" else "--wheel-dir"
    *options, folder = map(str, arguments)
    done = subprocess.run(
        [sys.executable, "-m", "pip", command, "--quiet", *options, target, folder],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        told = "\n  ".join(done.stdout.splitlines()[-5:])
        raise CouldNotTell(f"the wheels of the bundle cannot be had:\n  {told}")
