"""What runs beside a node: takes commands as lines of JSON, runs each, and tells how it ended.

Runs in a container of the probe's image in the node's namespaces, with Debian's Python and nothing
else: `python3 -I -u -c SOURCE`. One question at a time; its input's end is its own.

A Python program runs in a fork: an interpreter that starts and loads psycopg takes 0.2
core-seconds, a fork of one that has done both next to none.
"""

from __future__ import annotations

import ast
import base64
import contextlib
import importlib
import json
import os
import select
import signal
import subprocess
import sys
import time
import traceback
from typing import NoReturn

PYTHON = ["python3", "-I", "-c"]


def run(command: list[str], timeout_s: float, cap_bytes: int) -> dict[str, object]:
    """Return the exit code and output of a command, or that it was late or printed too much."""
    deadline = time.monotonic() + timeout_s
    try:
        process = started(command)
    except OSError as error:
        return {"error": str(error)}
    told: dict[int, bytearray] = {
        stream.fileno(): bytearray() for stream in (process.stdout, process.stderr) if stream
    }
    out, err = told.values()
    waiting = set(told)
    try:
        while waiting and len(out) + len(err) <= cap_bytes:
            ready = select.select(waiting, [], [], max(0.0, deadline - time.monotonic()))[0]
            if not ready:
                return {"late": True}
            for stream in ready:
                data = os.read(stream, 65536)
                told[stream] += data
                waiting -= set() if data else {stream}
        cut = bool(waiting)
        code = -1 if cut else process.wait(max(0.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        return {"late": True}
    finally:
        end(process)
    written = [base64.b64encode(text[:cap_bytes]).decode() for text in (out, err)]
    return {"exit_code": code, "stdout": written[0], "stderr": written[1], "cut": cut}


class Fork:
    """A Python program in a fork of this one, with what is used here of `subprocess.Popen`."""

    def __init__(self, program: str, words: list[str]) -> None:
        load(program)
        (out, out_end), (err, err_end) = os.pipe(), os.pipe()
        self.returncode: int | None = None
        self.pid = os.fork()
        if self.pid == 0:
            become(program, words, out_end, err_end)
        for written in (out_end, err_end):
            os.close(written)
        self.stdout, self.stderr = os.fdopen(out, "rb", 0), os.fdopen(err, "rb", 0)

    def wait(self, timeout: float | None = None) -> int:
        """Return the exit code; raises TimeoutExpired when it has not ended within the time."""
        if self.returncode is None:
            watched = os.pidfd_open(self.pid)
            try:
                if not select.select([watched], [], [], timeout)[0]:
                    raise subprocess.TimeoutExpired(PYTHON, timeout or 0.0)
            finally:
                os.close(watched)
            self.returncode = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return self.returncode


def load(program: str) -> None:
    """Import what a program imports: it stays loaded for this one and those that come after."""
    with contextlib.suppress(SyntaxError):  # the program itself tells
        for line in ast.parse(program).body:
            names = [each.name for each in line.names] if isinstance(line, ast.Import) else []
            names += [line.module or ""] if isinstance(line, ast.ImportFrom) else []
            for name in names:
                with contextlib.suppress(ImportError):
                    importlib.import_module(name)


def become(program: str, words: list[str], out: int, err: int) -> NoReturn:
    """Be the program from now on, as if this process had just started with it."""
    code: object = 1
    try:
        os.setsid()
        for place, descriptor in enumerate((os.open(os.devnull, os.O_RDONLY), out, err)):
            os.dup2(descriptor, place)
        os.closerange(3, max(out, err) + 1)
        sys.stdin, sys.argv = os.fdopen(0), ["-c", *words]
        exec(compile(program, "<string>", "exec"), {"__name__": "__main__"})  # noqa: S102
        code = 0
    except SystemExit as ended:
        code = ended.code or 0
        if not isinstance(code, int):
            print(code, file=sys.stderr)
    except BaseException:  # noqa: BLE001 - whatever it is, the program has failed with it
        traceback.print_exc()
    finally:
        with contextlib.suppress(OSError):  # nobody reads on
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code if isinstance(code, int) else 1)


def started(command: list[str]) -> subprocess.Popen[bytes] | Fork:
    """Start a command in a session of its own, and return it."""
    if command[:3] == PYTHON:
        return Fork(command[3], command[4:])
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def end(process: subprocess.Popen[bytes] | Fork) -> None:
    """End what is left of a command, and close its pipes."""
    with contextlib.suppress(ProcessLookupError):  # it has ended, and all that it started
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for stream in (process.stdout, process.stderr):
        if stream:
            stream.close()


def main() -> None:
    """Answer until the input ends."""
    for line in sys.stdin:
        asked = json.loads(line)
        ended = run(asked["command"], asked["timeout_s"], asked["cap_bytes"])
        print(json.dumps({**ended, "nonce": asked["nonce"]}), flush=True)


if __name__ == "__main__":
    main()
