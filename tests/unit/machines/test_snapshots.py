"""A seat is kept at one moment, and comes back whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest

from barelab.backends.base import NodeRef, Output, SeatRef
from barelab.backends.vagrant import seats, snapshots, virsh
from barelab.backends.vagrant.ssh import Way

OWNER = SeatRef("simple", "default")
NODES = [NodeRef(OWNER, name) for name in ("web1", "app1")]


class Open:
    """A way in that always lets us in."""

    def run(self, command: tuple[str, ...], **_: object) -> Output:
        return Output(0, b"2026-11-28T02:00:00.5Z\n", b"")

    def answers(self) -> bool:
        return True

    def close(self) -> None: ...


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """Return what libvirt is told, command by command."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    told: list[str] = []

    def noted(*words: str, **_: str) -> str:
        told.append(words[0])
        if "refused" in words:
            raise RuntimeError
        return ""

    monkeypatch.setattr(virsh, "virsh", noted)
    seats.write(OWNER, {})
    return told


def ways(nodes: list[NodeRef]) -> dict[NodeRef, Way]:
    return {ref: cast(Way, Open()) for ref in nodes}


def test_all_stand_still_before_the_first_snapshot_and_until_the_last(done: list[str]) -> None:
    snapshots.keep(OWNER, ways(NODES))
    assert done == ["suspend"] * 2 + ["snapshot-create-as"] * 2 + ["resume"] * 2
    assert seats.settled(NODES[0]) == "2026-11-28T02:00:00.5Z"


def test_all_go_back_before_the_first_goes_on(done: list[str]) -> None:
    snapshots.keep(OWNER, ways(NODES))
    done.clear()
    assert snapshots.renew(OWNER, ways(NODES))
    assert done == ["snapshot-revert"] * 2 + ["resume"] * 2


def test_a_seat_that_was_never_kept_cannot_come_back(done: list[str]) -> None:
    assert not snapshots.renew(OWNER, ways(NODES))
    assert done == []


def test_a_seat_with_a_node_more_or_less_cannot_come_back(done: list[str]) -> None:
    snapshots.keep(OWNER, ways(NODES[:1]))
    assert not snapshots.renew(OWNER, ways(NODES))
    seats.write(OWNER, {"kept": []})
    assert not snapshots.renew(OWNER, ways([]))


def test_machines_go_on_when_a_snapshot_fails(
    done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshots, "_NAME", "refused")
    with pytest.raises(RuntimeError):
        snapshots.keep(OWNER, ways(NODES))
    assert done.count("resume") == 2
    assert not snapshots.renew(OWNER, ways(NODES))
