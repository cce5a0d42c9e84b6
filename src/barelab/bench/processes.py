"""Measuring whole processes, as a user or a script would start them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from barelab.support.errors import CouldNotTell
from barelab.support.paths import content_root

_LAST_LINES = 12
_LIMIT_S = 1800.0


def barelab_command() -> list[str]:
    """Return the command that a user types: the script of a clone, or the installed module."""
    script = content_root() / "barelab"
    return [str(script)] if script.is_file() else [sys.executable, "-P", "-m", "barelab"]


def run(
    command: Sequence[str],
    *,
    env: Mapping[str, str] | None = None,
    folder: Path | None = None,
    good: Sequence[int] = (0,),
) -> tuple[float, str]:
    """Run a command to its end; return its seconds and all that it printed.

    Raises:
        CouldNotTell: its exit code is none of the good ones; the message has its last lines.
    """
    began = time.monotonic()
    done = subprocess.run(
        command,
        env={**os.environ, **(env or {})},
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
        timeout=_LIMIT_S,
    )
    seconds = time.monotonic() - began
    if done.returncode not in good:
        told = "\n  ".join(done.stdout.splitlines()[-_LAST_LINES:])
        raise CouldNotTell(f"`{' '.join(command)}` ended with {done.returncode}:\n  {told}")
    return seconds, done.stdout
