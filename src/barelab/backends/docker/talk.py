"""Talking with programs in a node: run and collect, or ask line by line."""

from __future__ import annotations

import contextlib
import math
import select
import socket
import struct
import threading
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from barelab.backends.base import Output
from barelab.backends.docker.call import Call
from barelab.support.errors import CouldNotTell, Gone
from barelab.support.wait import until

if TYPE_CHECKING:
    from docker import APIClient

_HEADER = struct.Struct(">BxxxL")
STDERR = 2


class Reader:
    """The engine's stream of output frames from one container, read against a deadline."""

    def __init__(self, answer: Any) -> None:
        self._response = answer
        self._socket: socket.socket = getattr(answer, "_sock", answer)
        self._buffer = read_ahead(answer, self._socket)

    def read(self, deadline: float) -> Iterator[tuple[int, bytes]]:
        """Yield (stream, bytes) until the program closes its output.

        Raises:
            TimeoutError: the monotonic deadline has passed.
        """
        while True:
            header = self._exactly(_HEADER.size, deadline)
            if not header:
                return
            kind, length = _HEADER.unpack(header)
            yield kind, self._exactly(length, deadline)

    def collect(self, deadline: float, cap_bytes: int) -> tuple[bytes, bytes, bool]:
        """Return standard output, standard error, and whether they were cut at the cap.

        Raises:
            TimeoutError: the monotonic deadline has passed.
        """
        out: dict[int, bytearray] = {1: bytearray(), STDERR: bytearray()}
        for kind, data in self.read(deadline):
            out.setdefault(kind, bytearray()).extend(data)
            if sum(map(len, out.values())) > cap_bytes:
                return bytes(out[1][:cap_bytes]), bytes(out[STDERR][:cap_bytes]), True
        return bytes(out[1]), bytes(out[STDERR]), False

    def send(self, data: bytes) -> None:
        """Send bytes to the program's standard input."""
        self._socket.sendall(data)

    def close(self) -> None:
        """Close the connection."""
        self._socket.close()
        self._response.close()

    def _exactly(self, size: int, deadline: float) -> bytes:
        while len(self._buffer) < size:
            if not _is_readable(self._socket, deadline):
                raise TimeoutError
            chunk = self._socket.recv(65536)
            if not chunk:
                return b""
            self._buffer += chunk
        taken, self._buffer = self._buffer[:size], self._buffer[size:]
        return taken


def _is_readable(connection: socket.socket, deadline: float) -> bool:
    left_s = None if deadline == math.inf else max(0.0, deadline - time.monotonic())
    poll = select.poll()  # unlike select, it takes connections of any number
    try:
        poll.register(connection, select.POLLIN)
    except ValueError:  # another thread has closed it
        raise OSError("it was closed") from None
    return bool(poll.poll(None if left_s is None else math.ceil(left_s * 1000)))


def read_ahead(answer: Any, connection: socket.socket) -> bytes:
    """Return what came together with the answer's head, and so is in the HTTP client's buffer.

    Without it, the output of a short command is lost on a busy machine: 9 of 600 were.
    """
    response = getattr(answer, "_response", None)
    if response is None:
        return b""
    waiting = connection.gettimeout()
    connection.setblocking(False)
    try:
        return bytes(response.raw._fp.fp.read1(1 << 16) or b"")
    finally:
        connection.settimeout(waiting)


class Frames(Reader):
    """A program that the engine starts in a container: its input, output and end."""

    def __init__(self, client: APIClient, call: Call) -> None:
        self._client = client
        self.id: str = client.exec_create(**call.options("dumb"))["Id"]
        super().__init__(client.exec_start(self.id, socket=True))

    def feed(self, data: bytes) -> None:
        """Send all of the program's standard input and its end, while its output is read."""
        # Not in one go before reading: a program that answers as it reads would block both sides.
        threading.Thread(target=self._feed, args=(data,), daemon=True).start()

    def _feed(self, data: bytes) -> None:
        with contextlib.suppress(OSError):  # it may end without having read everything
            self._socket.sendall(data)
            self._socket.shutdown(socket.SHUT_WR)

    def exit_code(self, deadline: float) -> int:
        """Return the exit code of the program, which has closed its output."""
        return exit_code(self._client, self.id, deadline - time.monotonic())


def exit_code(client: APIClient, id_: str, timeout_s: float) -> int:
    """Return the exit code of a program, which has closed its output.

    Raises:
        TimeoutError: it still runs.
    """

    def code() -> int | None:
        state = client.exec_inspect(id_)
        return None if state["Running"] else int(state["ExitCode"] or 0)

    ended = until(code, timeout_s, every_s=0.01)
    if ended is None:
        raise TimeoutError
    return ended


def run(
    client: APIClient,
    call: Call,
    *,
    stdin: bytes,
    timeout_s: float,
    cap_bytes: int = 1 << 20,
) -> Output:
    """Run a command to its end, or until it has printed more than the cap.

    Raises:
        CouldNotTell: it did not end within the time.
    """
    deadline = time.monotonic() + timeout_s
    frames = Frames(client, call)
    try:
        frames.feed(stdin)
        out, err, cut = frames.collect(deadline, cap_bytes)
        return Output(-1 if cut else frames.exit_code(deadline), out, err, cut)
    except TimeoutError:
        raise CouldNotTell(
            f"`{' '.join(call.command)[:60]}` did not end within {timeout_s:g} s"
        ) from None
    finally:
        frames.close()


class DockerStream:
    """A program in a container that answers each line with a line; `name` is its in messages."""

    def __init__(self, reader: Reader, name: str) -> None:
        self._reader, self._name = reader, name
        self._pending = b""

    def ask(self, line: bytes, timeout_s: float) -> bytes:
        """Send one line and return the next line of the answer."""
        deadline = time.monotonic() + timeout_s
        try:
            self._reader.send(line + b"\n")
            return self._line(deadline)
        except TimeoutError:
            raise CouldNotTell(f"{self._name} gave no answer within {timeout_s:g} s") from None
        except OSError as error:
            raise Gone(f"{self._name} is gone: {error}") from error

    def _line(self, deadline: float) -> bytes:
        complaint = b""
        while b"\n" not in self._pending:
            kind, data = next(self._reader.read(deadline), (0, b""))
            if not data:
                raise Gone(f"{self._name} ended: {complaint.decode(errors='replace')[-300:]}")
            if kind == STDERR:
                complaint += data
            else:
                self._pending += data
        answer, self._pending = self._pending.split(b"\n", 1)
        return answer

    def close(self) -> None:
        """End the program."""
        self._reader.close()
