"""`up` does not begin where memory, disk or inotify instances are short."""

from __future__ import annotations

import pytest

from barelab.backends.base import (
    NodeRef,
    NodeSeen,
    NodeState,
    Room,
    SeatRef,
    Snapshot,
)
from barelab.launcher import preflight as module
from barelab.launcher.needs import needs, shortages, size
from barelab.launcher.preflight import NoRoom, preflight
from barelab.model.loading import load_lab, load_role
from barelab.support import machine

GIB = 1 << 30
OWNER = SeatRef("simple", "default")
EMPTY = Snapshot((), (), (), frozenset(), {}, frozenset())
ROOM = Room(4 * GIB, 9 * GIB, "/data", 1024)


class FakeBackend:
    def __init__(self, room: Room, seen: Snapshot = EMPTY) -> None:
        self._room, self._seen = room, seen

    def room(self) -> Room:
        return self._room

    def observe(self) -> Snapshot:
        return self._seen


def all_running() -> Snapshot:
    nodes = tuple(
        NodeSeen(
            NodeRef(OWNER, node.name), node.name, NodeState.RUNNING, "", {}, {}, "", "", 1, 0, False
        )
        for node in load_lab("simple").nodes
    )
    return Snapshot((), nodes, (), frozenset(), {}, frozenset())


@pytest.mark.parametrize(
    ("room", "words"),
    [
        (Room(GIB // 8, 9 * GIB, "/data", 1024), r"memory is short: .* needs \d+ MiB, 128 MiB"),
        (Room(4 * GIB, GIB, "/data", 1024), r"disk is short: .*1\.0 GiB are free at /data"),
    ],
)
def test_short_memory_or_disk_is_refused_with_figures(room: Room, words: str) -> None:
    with pytest.raises(NoRoom, match=words) as raised:
        preflight(FakeBackend(room), load_lab("simple"), OWNER)
    assert raised.value.exit_code == 3


@pytest.mark.parametrize("room", [ROOM, Room(None, None, "", None)])
def test_enough_or_untold_is_no_reason_to_refuse(room: Room) -> None:
    preflight(FakeBackend(room), load_lab("simple"), OWNER)


def test_a_lab_that_runs_already_needs_nothing() -> None:
    preflight(FakeBackend(Room(1, 1, "/data", 1), all_running()), load_lab("simple"), OWNER)
    need = needs(load_lab("simple"), load_role("base"), all_running())
    assert (need.nodes, need.memory_bytes, need.disk_bytes, need.inotify) == (0, 0, 0, 0)


def test_a_low_limit_of_inotify_instances_is_raised_where_allowed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    raised: list[int] = []

    def record(limit: int) -> bool:
        raised.append(limit)
        return True

    monkeypatch.setattr(machine, "raise_inotify", record)
    preflight(FakeBackend(Room(None, None, "", 30)), load_lab("simple"), OWNER)
    assert raised == [module.INOTIFY_RAISED]


def test_a_low_limit_that_cannot_be_raised_is_refused_with_the_command(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(machine, "raise_inotify", lambda _limit: False)
    monkeypatch.setattr(machine, "inotify_used", lambda: 25)
    with pytest.raises(NoRoom, match=r"sudo sysctl fs\.inotify\.max_user_instances=1024"):
        preflight(FakeBackend(Room(None, None, "", 30)), load_lab("simple"), OWNER)


def test_figures_read_as_people_write_them() -> None:
    assert (size(3 << 29), size(300 << 20)) == ("1.5 GiB", "300 MiB")
    need = needs(load_lab("simple"), load_role("base"))
    assert shortages(need, ROOM) == ()
