"""However often a lab comes and goes, the engine is as it was before."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from tools.seat import Seat
from tools.second import Second

from barelab.support.wait import until

pytestmark = pytest.mark.e2e

SETTLE_S = 30.0


@dataclass(frozen=True)
class Held:
    """What the engine's processes hold."""

    processes: int
    files: int
    inotify: int

    def without_leak(self, other: Held, cycles: int) -> bool:
        # A leak costs at least one in each cycle; an engine may have a file more open than before.
        return (
            self.processes <= other.processes
            and self.files < other.files + cycles
            and self.inotify <= other.inotify
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
                links.append(str(file.readlink()))
    return Held(len(members), len(links), links.count("anon_inode:inotify"))


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
    assert flat, (before, held(second.pid))
    with second.client() as client:
        assert client.containers(all=True) == []
        assert {network["Name"] for network in client.networks()} == {"bridge", "host", "none"}
        assert not client.volumes()["Volumes"]
