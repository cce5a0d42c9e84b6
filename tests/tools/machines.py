"""A seat on virtual machines, and what libvirt itself has of it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.seat import Seat

LIMIT_S = 3000.0
NAME = "machines"
URI = ("virsh", "--quiet", "--connect", "qemu:///system")


class Machines(Seat):
    """A seat of a test's own, with the cache of this user: roots and boxes take minutes to make."""

    def environment(self) -> dict[str, str]:
        usual = super().environment()
        del usual["XDG_CACHE_HOME"]
        return usual


@contextmanager
def on_machines(home: Path) -> Iterator[Seat]:
    """Yield a seat to be brought up on machines, which are gone afterwards."""
    from barelab.backends.docker import client

    found = Machines(NAME, home, client.connect(client.SLOW_S))
    try:
        yield found
    finally:
        found.run("down", "simple", limit_s=LIMIT_S)
        found.close()


def libvirt(*words: str) -> list[str]:
    """Return the lines of an answer of libvirt's that are about the seat."""
    done = subprocess.run([*URI, *words], capture_output=True, text=True, check=True)
    return [line for line in done.stdout.splitlines() if f".{NAME}." in line]
