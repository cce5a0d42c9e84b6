"""From the root of a machine to a disk that boots, and to a box of Vagrant's, nothing mounted."""

from __future__ import annotations

import json
import os
import struct
import subprocess
from pathlib import Path

from barelab.support.errors import CouldNotTell
from barelab.support.processes import WITH_US

DISK_MIB = 4096
_SECTOR = 512
_START_SECTOR = 2048
_BOOT_CODE_BYTES = 440
_LINUX = 0x83
# Runs as root, or as what looks like root in a namespace of its own: a root's files keep owners.
_FILL = """
set -eu
mkdir tree
tar -C tree -xpf "$1"
install -m 0600 "$2" tree/root/.ssh/machine-way-in
ln -sf /etc/systemd/system/machine-new.target tree/etc/systemd/system/default.target
cp tree/boot/grub/boot.img tree/boot/grub/core.img .
truncate -s "$3"M disk.raw
mkfs.ext4 -q -F -L root -d tree -E offset=1048576,lazy_itable_init=0,lazy_journal_init=0 \
    disk.raw $(($3 * 1024 - 1024))k
rm -rf tree
"""
_AS_ROOT = ("unshare", "--map-root-user", "--map-auto", "--")


def make_box(root: Path, key: Path, folder: Path) -> Path:
    """Return a box for libvirt of a machine's root, a tar, made in an empty folder.

    The owner of the private key to `key` comes into each machine of it as root. Takes 15 s.

    Raises:
        CouldNotTell: a tool is missing or failed; the message has its last words.
    """
    fill(_FILL, [str(root), str(key), str(DISK_MIB)], folder)
    raw = folder / "disk.raw"
    make_bootable(raw, (folder / "boot.img").read_bytes(), (folder / "core.img").read_bytes())
    call(["qemu-img", "convert", "-f", "raw", "-O", "qcow2", "disk.raw", "box.img"], folder)
    raw.unlink()
    about = {"provider": "libvirt", "format": "qcow2", "virtual_size": -(-DISK_MIB // 1024)}
    (folder / "metadata.json").write_text(json.dumps(about))
    call(["tar", "-I", "zstd -1 -T0", "-cf", "node.box", "metadata.json", "box.img"], folder)
    return folder / "node.box"


def make_bootable(disk: Path, boot: bytes, core: bytes) -> None:
    """Give a raw disk its partition table, and GRUB in the gap before its one partition.

    Raises:
        CouldNotTell: GRUB does not fit into the gap.
    """
    if len(core) > (_START_SECTOR - 1) * _SECTOR:
        raise CouldNotTell(f"GRUB has {len(core)} bytes, too many for the gap before the partition")
    size = disk.stat().st_size // _SECTOR - _START_SECTOR
    record = bytearray(_SECTOR)
    record[:_BOOT_CODE_BYTES] = boot[:_BOOT_CODE_BYTES]
    # Of one partition: active, no address in cylinders, its type, and where it is in sectors.
    nowhere = b"\xfe\xff\xff"
    record[446:462] = struct.pack("<B3sB3sII", 0x80, nowhere, _LINUX, nowhere, _START_SECTOR, size)
    record[510:512] = b"\x55\xaa"
    with disk.open("r+b") as stream:
        stream.write(record)
        stream.write(core)


def fill(script: str, words: list[str], folder: Path) -> None:
    """Run a script in a folder as root, or as what looks like root there."""
    as_root = () if os.geteuid() == 0 else _AS_ROOT
    call([*as_root, "sh", "-c", script, "sh", *words], folder)


def call(command: list[str], folder: Path) -> None:
    """Run a tool in a folder to its end. Raises CouldNotTell where it is missing or fails."""
    try:
        done = subprocess.run(
            [*WITH_US, *command],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
    except OSError as error:
        raise CouldNotTell(f"{command[0]} cannot run: {error.strerror}") from error
    if done.returncode:
        told = "\n  ".join(done.stdout.decode(errors="replace").splitlines()[-5:])
        raise CouldNotTell(f"`{command[0]}` failed:\n  {told}")
