"""`start FOLDER`: takes a plan on standard input and leaves a program behind that makes the load.

`follow FOLDER`: answers each line `{"from": N}` with what the journal has from there on.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import ssl
import sys
from asyncio import sslproto
from pathlib import Path

from .clock import Clock
from .journal import Journal
from .load import Load, Plan

JOURNAL, PID, HEARD = "journal.jsonl", "pid", "heard"
_BLOCK = 1 << 18
_READ_BYTES = 1 << 14


def start(folder: Path) -> None:
    """Leave the load running in a session of its own, and tell its process id."""
    # By standard input, not as an argument: the API's token is in it.
    raw = json.loads(sys.stdin.read())
    folder.mkdir(parents=True, mode=0o700)
    hear(folder)
    if pid := os.fork():
        (folder / PID).write_text(str(pid))
        print(json.dumps({"pid": pid, "mono": Clock().mono()}))
        return
    os.setsid()
    nowhere = os.open(os.devnull, os.O_RDWR)
    errors = os.open(folder / "errors", os.O_WRONLY | os.O_CREAT, 0o600)
    for stream, target in ((0, nowhere), (1, nowhere), (2, errors)):
        os.dup2(target, stream)
    trusted = ssl.create_default_context(cafile=raw["authority"])
    clock = Clock()
    load = Load(
        Plan.of(raw),
        trusted,
        Journal(folder / JOURNAL, clock),
        clock,
        lambda: heard(folder),
    )
    # Each connection reserves 256 KiB to read into; during an outage there are hundreds of them.
    sslproto.SSLProtocol.max_size = _READ_BYTES
    asyncio.run(until_stopped(load))


async def until_stopped(load: Load) -> None:
    """Run the load; SIGTERM stops it."""
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, load.stop)
    await load.run()


def follow(folder: Path) -> None:
    """Answer until the input ends; each question is a sign of life of whoever asks."""
    for line in sys.stdin:
        hear(folder)
        running = is_running(folder)  # asked before reading: what it wrote last is read, too
        with contextlib.ExitStack() as stack:
            try:
                stream = stack.enter_context((folder / JOURNAL).open("rb"))
            except FileNotFoundError:
                said = b""
            else:
                stream.seek(json.loads(line)["from"])
                said = stream.read(_BLOCK)
        whole = said[: said.rfind(b"\n") + 1]
        told = {"text": whole.decode(), "running": running, "mono": Clock().mono()}
        print(json.dumps(told), flush=True)


def is_running(folder: Path) -> bool:
    """Return whether the load is still being made."""
    with contextlib.suppress(OSError, ValueError):
        os.kill(int((folder / PID).read_text()), 0)
        return True
    return False


def hear(folder: Path) -> None:
    """Note that the launcher is there. In place, so that nobody reads half of it."""
    fresh = folder / f"{HEARD}.{os.getpid()}"
    fresh.write_text(repr(Clock().mono()))
    fresh.rename(folder / HEARD)


def heard(folder: Path) -> float | None:
    """Return when the launcher was heard last."""
    with contextlib.suppress(OSError, ValueError):
        return float((folder / HEARD).read_text())
    return None


if __name__ == "__main__":
    {"start": start, "follow": follow}[sys.argv[1]](Path(sys.argv[2]))
