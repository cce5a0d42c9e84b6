"""A disk that boots: its partition table, and what stands before the partition."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from barelab.backends.vagrant.disks import make_bootable
from barelab.support.errors import CouldNotTell

SECTOR = 512


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    """Return an empty disk of 8 MiB."""
    path = tmp_path / "disk"
    path.write_bytes(b"\0" * (8 << 20))
    return path


def test_the_table_names_one_active_partition_to_the_end_of_the_disk(disk: Path) -> None:
    make_bootable(disk, b"\x90" * SECTOR, b"core")
    record = disk.read_bytes()[:SECTOR]
    active, _, kind, _, start, size = struct.unpack("<B3sB3sII", record[446:462])
    assert (active, kind, start) == (0x80, 0x83, 2048)
    assert (start + size) * SECTOR == 8 << 20
    assert record[510:] == b"\x55\xaa"


def test_the_boot_code_leaves_the_table_alone_and_its_core_follows(disk: Path) -> None:
    make_bootable(disk, b"\x90" * SECTOR, b"core")
    written = disk.read_bytes()
    assert written[:440] == b"\x90" * 440
    assert written[440:446] == b"\0" * 6
    assert written[SECTOR : SECTOR + 4] == b"core"


def test_a_core_that_would_reach_into_the_partition_is_refused(disk: Path) -> None:
    before = disk.read_bytes()
    with pytest.raises(CouldNotTell, match="too many for the gap"):
        make_bootable(disk, b"\x90" * SECTOR, b"c" * (2047 * SECTOR + 1))
    assert disk.read_bytes() == before
