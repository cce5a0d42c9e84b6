"""A command in a node whose output is handed on, and which ends when nobody listens any more."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from barelab.backends.base import Sink
from barelab.backends.docker.call import Call
from barelab.backends.docker.talk import STDERR, Frames, run

if TYPE_CHECKING:
    from docker import APIClient

Enter = Callable[[Sequence[str], str], Call]

# A shell says what it says everywhere of a command that is not there, and ends with 127 or 126.
LIKE_A_SHELL = ("sh", "-c", 'exec "$@"', "barelab")
# The engine can end nothing that it started, and knows no number of it that counts in the node.
# It starts each command as the leader of a process group, whose number the shell tells first.
_TELLING_GROUP = ("sh", "-c", 'echo "$$" >&2; exec "$@"', "barelab")
_END = ("sh", "-c", 'kill -s TERM -- "-$1"', "barelab")
_PATIENCE_S = 5.0


class FirstLine:
    """Takes the number of the group, the first line, out of what comes on standard error."""

    def __init__(self) -> None:
        self.group: int | None = None
        self._begun: bytes | None = b""

    def rest(self, data: bytes) -> bytes:
        """Return what of the data comes after that line."""
        if self._begun is None:
            return data
        self._begun += data
        line, newline, rest = self._begun.partition(b"\n")
        if not newline:
            return b""
        self._begun = None
        # A node is not trusted: 0 and 1 mean other processes than those of one group.
        if not line.isdigit() or len(line) > 9 or int(line) < 2:
            return line + newline + rest
        self.group = int(line)
        return rest


def pass_through(
    client: APIClient,
    enter: Enter,
    command: Sequence[str],
    user: str,
    *,
    stdin: bytes,
    out: Sink,
    err: Sink,
) -> int:
    """Run a command and hand its output on as it comes; return its exit code.

    When we are interrupted or a sink takes no more, the command is ended in its node, too.
    """
    frames, first = Frames(client, enter([*_TELLING_GROUP, *command], user)), FirstLine()
    try:
        frames.feed(stdin)
        for kind, data in frames.read(math.inf):
            if kind != STDERR:
                out(data)
            elif rest := first.rest(data):
                err(rest)
        return frames.exit_code(math.inf)
    except BaseException:
        group = _group(frames, first)
        frames.close()  # the engine does little else while it waits for us to read
        if group:
            run(client, enter([*_END, str(group)], "root"), stdin=b"", timeout_s=_PATIENCE_S)
        raise
    finally:
        frames.close()


def _group(frames: Frames, first: FirstLine) -> int | None:
    """Return the number of the group, which is yet to come where the command is only starting."""
    with suppress(TimeoutError):
        reading = frames.read(time.monotonic() + _PATIENCE_S)
        while first.group is None and (frame := next(reading, None)):
            kind, data = frame
            if kind == STDERR:
                first.rest(data)
    return first.group
