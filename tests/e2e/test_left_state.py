"""What a crash left of locks and files is taken over, and says nothing about machines."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tools.seat import Seat

pytestmark = pytest.mark.e2e


def lock(seat: Seat) -> Path:
    return seat.home / "state" / "barelab" / "locks" / f"seat-{seat.lab}.{seat.name}.lock"


@pytest.mark.parametrize(
    "written",
    [str(2**22 - 1), str(os.getppid()), "", "12\x00\xff"],
    ids=["its process is dead", "its process id is another's by now", "truncated", "damaged"],
)
def test_a_left_lock_is_taken_over(seat: Seat, written: str) -> None:
    lock(seat).parent.mkdir(parents=True)
    lock(seat).write_text(written, encoding="latin-1")
    assert seat.census() != []
    assert "waiting" not in seat.must("down", seat.lab, limit_s=60).stderr
    assert seat.left() == []


def test_without_its_state_a_seat_is_found_by_label(seat: Seat) -> None:
    before = seat.up()
    for kind in ("state", "data", "cache"):
        shutil.rmtree(seat.home / kind, ignore_errors=True)
    assert seat.status() == before
    assert seat.up() == before
    seat.down()


def test_truncated_progress_is_told_and_labs_run_on(seat: Seat) -> None:
    seat.must("progress")
    (kept,) = (seat.home / "data").rglob("*.sqlite")
    kept.write_bytes(b"SQLite format 3\x00" + b"\xff" * 100)
    told = seat.run("progress")
    assert told.returncode == 3
    assert str(kept) in told.stderr
    assert kept.read_bytes().endswith(b"\xff" * 100)
    seat.up()
    seat.down()


def test_a_down_of_nothing_removes_nothing_of_others(
    seat: Seat, new_seat: Callable[[], Seat]
) -> None:
    other = new_seat()
    before = other.up()
    seat.must("down", seat.lab)
    seat.must("down")
    assert seat.run("down", seat.lab, "--seat", "").returncode == 2
    assert other.status() == before
    other.down()
