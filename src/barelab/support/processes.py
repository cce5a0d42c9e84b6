"""Programs that work for us: their output told line by line, and none outlives us."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Sequence

WITH_US = ("setpriv", "--pdeathsig", "TERM")


def follow(command: Sequence[str], on_line: Callable[[str], None]) -> tuple[int, list[str]]:
    """Run a command to its end, telling each line; return its exit code and all lines.

    It is killed with us: a maker that outlived its launcher would be left behind.
    """
    with subprocess.Popen(
        [*WITH_US, *command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        assert process.stdout is not None
        lines = []
        for line in process.stdout:
            lines.append(line.rstrip())
            on_line(lines[-1])
    return process.returncode, lines
