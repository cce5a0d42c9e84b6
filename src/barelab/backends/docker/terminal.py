"""The caller's terminal, connected with a command in a node."""

from __future__ import annotations

import math
import os
import select
import shutil
import signal
import socket
import sys
import termios
import tty
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from barelab.backends.docker.call import Call
from barelab.backends.docker.talk import exit_code, read_ahead

if TYPE_CHECKING:
    from docker import APIClient


def attach(client: APIClient, call: Call) -> int:
    """Run a command on a terminal of its own that is connected with ours; return its exit code."""
    from docker.errors import APIError

    id_ = client.exec_create(**call.options(os.environ.get("TERM", "xterm"), tty=True))["Id"]
    answer: Any = client.exec_start(id_, socket=True, tty=True)
    far: socket.socket = getattr(answer, "_sock", answer)

    def resize(*_: object) -> None:
        size = shutil.get_terminal_size()
        with suppress(APIError):  # it may have ended already
            client.exec_resize(id_, height=size.lines, width=size.columns)

    resize()
    before = signal.signal(signal.SIGWINCH, resize)
    try:
        with _raw():
            os.write(sys.stdout.fileno(), read_ahead(answer, far))
            _pump(far)
    finally:
        signal.signal(signal.SIGWINCH, before)
        answer.close()
    return exit_code(client, id_, math.inf)


@contextmanager
def _raw() -> Iterator[None]:
    near = sys.stdin.fileno()
    before = termios.tcgetattr(near)
    try:
        tty.setraw(near)
        yield
    finally:
        termios.tcsetattr(near, termios.TCSADRAIN, before)


def _pump(far: socket.socket) -> None:
    near = sys.stdin.fileno()
    while True:
        ready, _, _ = select.select([far, near], [], [])
        if far in ready:
            data = far.recv(65536)
            if not data:
                return
            os.write(sys.stdout.fileno(), data)
        if near in ready:
            far.sendall(os.read(near, 65536))
