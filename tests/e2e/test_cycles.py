"""However often a lab comes and goes, the engine is as it was before."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from tools.seat import Seat
from tools.second import Second

from barelab.support.wait import until

pytestmark = pytest.mark.e2e

# The engine leaves a terminal's files to Go's collector, which an idle one runs every two minutes.
SETTLE_S = 150.0
INOTIFY = "anon_inode:inotify"


@dataclass(frozen=True)
class Held:
    """What the engine's processes hold: how many files of each kind, or at each path."""

    processes: int
    files: Counter[str]

    def without_leak(self, other: Held, cycles: int) -> bool:
        # A leak costs at least one in each cycle; an engine may have a file more open than before.
        return (
            self.processes <= other.processes
            and self.files.total() < other.files.total() + cycles
            and self.files[INOTIFY] <= other.files[INOTIFY]
        )


def family(pid: int) -> Iterator[int]:
    """Yield a process and all below it."""
    yield pid
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield from family(int(child))


def held(pid: int) -> Held:
    members, links = [*family(pid)], []
    for member in members:
        for file in Path(f"/proc/{member}/fd").iterdir():
            with suppress(OSError):
                links.append(re.sub(r":\[\d+\]$", "", str(file.readlink())))
    return Held(len(members), Counter(links))


@pytest.mark.parametrize(
    "cycles", [3, pytest.param(20, marks=pytest.mark.nightly)], ids=lambda n: f"{n} times"
)
def test_up_and_down_leave_the_engine_flat(second: Second, second_seat: Seat, cycles: int) -> None:
    second_seat.up()
    second_seat.down()
    second_seat.engine.close()  # the test's own connections are no leak
    before = held(second.pid)
    for _ in range(cycles):
        second_seat.up()
        second_seat.down()
    second_seat.engine.close()
    flat = until(lambda: held(second.pid).without_leak(before, cycles), SETTLE_S)
    after = held(second.pid)
    assert flat, (
        f"{before.processes} processes, now {after.processes}; {after.files - before.files}"
    )
    with second.client() as client:
        assert client.containers(all=True) == []
        assert {network["Name"] for network in client.networks()} == {"bridge", "host", "none"}
        assert not client.volumes()["Volumes"]
