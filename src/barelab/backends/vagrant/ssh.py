"""Talking with machines: one connection of SSH to each, shared by all that asks through it."""

from __future__ import annotations

import hashlib
import os
import select
import shlex
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

from barelab.backends.base import Output, Sink
from barelab.backends.vagrant import boxes
from barelab.support.errors import CouldNotTell, Gone
from barelab.support.patience import patient

PORT = 2200
# Prints a machine's own time, as an engine writes it.
NOW = ("date", "-u", "+%Y-%m-%dT%H:%M:%S.%NZ")
# What ssh itself ends with; a command that does is not told from it, and is rare.
_FAILED = 255
_CONNECT_S = 30
_OPTIONS = {
    "User": "root",
    "Port": str(PORT),
    "IdentitiesOnly": "yes",
    "BatchMode": "yes",
    "StrictHostKeyChecking": "no",
    "UserKnownHostsFile": "/dev/null",
    "LogLevel": "ERROR",
    "ConnectTimeout": str(_CONNECT_S),
    "ServerAliveInterval": "5",
    "ServerAliveCountMax": "3",
    "ControlMaster": "auto",
    "ControlPersist": "30",
}


class Way:
    """The way into one machine. `address` gives where it is, as far as that is known."""

    def __init__(self, node: str, machine: str, address: Callable[[], str]) -> None:
        self._node, self._machine, self._address = node, machine, address

    def run(
        self,
        command: Sequence[str],
        user: str = "root",
        *,
        stdin: bytes = b"",
        timeout_s: float = 10.0,
        cap_bytes: int = 1 << 20,
    ) -> Output:
        """Run a command to its end, or until it has printed more than the cap.

        Raises:
            CouldNotTell: it did not end within the time, or the machine does not answer.
        """
        out, err = bytearray(), bytearray()
        deadline = time.monotonic() + patient(timeout_s)
        code, cut = self._pump(command, user, stdin, out.extend, err.extend, deadline, cap_bytes)
        return Output(code, bytes(out[:cap_bytes]), bytes(err[:cap_bytes]), cut)

    def pass_through(
        self, command: Sequence[str], user: str, stdin: bytes, out: Sink, err: Sink
    ) -> int:
        """Run a command and hand its output on as it comes; return its exit code."""
        return self._pump(command, user, stdin, out, err, None, None)[0]

    def stream(self, command: Sequence[str], what: str) -> SshStream:
        """Start a program that answers line by line."""
        complaints = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the stream
        process = subprocess.Popen(
            self._line(command, "root"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
        )
        return SshStream(process, complaints, what)

    def attach(self, command: Sequence[str], user: str) -> int:
        """Connect the caller's terminal with a command; return its exit code."""
        return subprocess.call(self._line(command, user, ("-t",) if os.isatty(0) else ()))

    def answers(self) -> bool:
        """Return whether the machine lets us in."""
        try:
            return self.run(("true",)).exit_code == 0
        except CouldNotTell:
            return False

    def close(self) -> None:
        """End the connection: its machine is going."""
        path = _socket(self._machine)
        if path.exists():
            words = ["ssh", "-o", f"ControlPath={path}", "-O", "exit", "node"]
            subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True)
            path.unlink(missing_ok=True)

    def _line(self, command: Sequence[str], user: str, more: Sequence[str] = ()) -> list[str]:
        options = {
            **_OPTIONS,
            "ControlPath": str(_socket(self._machine)),
            "IdentityFile": str(boxes.key()),
        }
        flags = [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
        entered = command if user == "root" else ["runuser", "-u", user, "--", *command]
        return ["ssh", *flags, *more, self._address(), "--", f"exec {shlex.join(entered)}"]

    def _pump(
        self,
        command: Sequence[str],
        user: str,
        stdin: bytes,
        out: Sink,
        err: Sink,
        deadline: float | None,
        cap_bytes: int | None,
    ) -> tuple[int, bool]:
        process = subprocess.Popen(
            self._line(command, user),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert process.stdin and process.stdout and process.stderr
        last = b""
        try:
            # Not in one go before reading: a program that answers as it reads would block both.
            threading.Thread(target=_feed, args=(process.stdin, stdin), daemon=True).start()
            sinks = {process.stdout.fileno(): out, process.stderr.fileno(): err}
            seen = 0
            while sinks:
                left = None if deadline is None else max(0.0, deadline - time.monotonic())
                ready = select.select(list(sinks), [], [], left)[0]
                if not ready:
                    raise CouldNotTell(f"`{command[0]}` on {self._node} did not end in time")
                for number in ready:
                    data = os.read(number, 65536)
                    if not data:
                        del sinks[number]
                        continue
                    if number == process.stderr.fileno():
                        last = data
                    sinks[number](data)
                    seen += len(data)
                if cap_bytes is not None and seen > cap_bytes:
                    return -1, True
            code = process.wait()
        finally:
            process.kill()
            process.wait()
            for pipe in (process.stdout, process.stderr):
                pipe.close()
        if code == _FAILED:
            why = last.decode(errors="replace").strip().splitlines()[-1:]
            raise CouldNotTell(f"{self._node} does not answer: {''.join(why) or 'no connection'}")
        return code, False


class SshStream:
    """A program in a machine that answers each line with a line."""

    def __init__(self, process: subprocess.Popen[bytes], complaints: IO[bytes], what: str) -> None:
        self._process, self._complaints, self._what = process, complaints, what
        self._buffer = bytearray()

    def ask(self, line: bytes, timeout_s: float) -> bytes:
        """Send one line and return the next line of the answer.

        Raises:
            CouldNotTell: no answer within the time.
            Gone: the program has ended.
        """
        said, heard = self._process.stdin, self._process.stdout
        assert said and heard
        deadline = time.monotonic() + timeout_s
        try:
            said.write(line + b"\n")
            said.flush()
        except OSError as error:
            raise self._gone() from error
        while b"\n" not in self._buffer:
            left = max(0.0, deadline - time.monotonic())
            if not select.select([heard], [], [], left)[0]:
                raise CouldNotTell(f"{self._what} did not answer within {timeout_s:g} s")
            data = os.read(heard.fileno(), 65536)
            if not data:
                raise self._gone()
            self._buffer += data
        answer, _, rest = bytes(self._buffer).partition(b"\n")
        self._buffer = bytearray(rest)
        return answer

    def close(self) -> None:
        """End the program."""
        self._process.terminate()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout, self._complaints):
            if pipe:
                with suppress(OSError):
                    pipe.close()

    def _gone(self) -> Gone:
        self._complaints.seek(0)
        told = self._complaints.read().decode(errors="replace").strip()
        return Gone(f"{self._what} has ended: {told[-300:] or 'it said nothing'}")


def _feed(pipe: IO[bytes], data: bytes) -> None:
    with suppress(OSError):  # it may end without having read everything
        pipe.write(data)
    with suppress(OSError):
        pipe.close()


def _socket(machine: str) -> Path:
    """Return where a machine's connection is; a path of a socket has 108 bytes at most."""
    folder = Path(tempfile.gettempdir(), f"barelab-{os.getuid()}")
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / hashlib.sha256(machine.encode()).hexdigest()[:16]
