"""With no space for its own files, barelab takes labs down, tells the cause, and loses nothing."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tools.seat import Seat

pytestmark = pytest.mark.e2e


@pytest.fixture
def tiny(tmp_path: Path) -> Iterator[Path]:
    """A disk of 1 MiB."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tiny", folder], check=True)
    yield folder
    subprocess.run(["umount", folder], check=True)


def fill(disk: Path) -> Path:
    """Take all that is left of the disk."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as stream:
        try:
            while True:
                stream.write(bytes(4096))
        except OSError:
            return filler


def progress(seat: Seat) -> dict[str, Any]:
    return dict(json.loads(seat.must("progress", "--json").stdout))


def test_a_full_disk_does_not_hinder_up_and_down(seat: Seat, tiny: Path) -> None:
    seat.home = tiny
    seat.census()
    fill(tiny)
    seat.up()
    seat.must("down", seat.lab)
    assert seat.left() == []


def test_progress_on_a_full_disk_stays_whole(seat: Seat, tiny: Path) -> None:
    seat.home = tiny
    seat.up()
    seat.must("exercise", "start", "nginx/bad-gateway")
    before, filler = progress(seat), fill(tiny)
    told = seat.run("exercise", "abandon")
    assert told.returncode == 3
    assert "full" in told.stderr
    filler.unlink()
    assert progress(seat) == before
    seat.must("exercise", "abandon")
    assert progress(seat) != before
    seat.down()
