"""What this machine has left: memory, disk, ports and kernel limits."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
from pathlib import Path

_MEMORY = Path("/proc/meminfo")
_INOTIFY = Path("/proc/sys/fs/inotify/max_user_instances")


def memory_free_bytes(table: Path = _MEMORY) -> int | None:
    """Return how much memory programs can still take without swapping."""
    with contextlib.suppress(OSError, ValueError):
        for line in table.read_text().splitlines():
            key, _, value = line.partition(":")
            if key == "MemAvailable":
                return int(value.split()[0]) * 1024
    return None


def disk_free_bytes(path: Path) -> int | None:
    """Return how much a user may still write below a path, which must exist."""
    try:
        return shutil.disk_usage(path).free
    except OSError:
        return None


def inotify_limit(setting: Path = _INOTIFY) -> int | None:
    """Return how many inotify instances one user may have."""
    try:
        return int(setting.read_text())
    except (OSError, ValueError):
        return None


def inotify_used(processes: Path = Path("/proc")) -> int:
    """Return how many inotify instances root has, as far as the caller may look.

    Only root may look into root's processes; anybody else gets 0.
    """
    used = 0
    for process in processes.glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if process.stat().st_uid == 0:
                files = os.scandir(process / "fd")
                used += sum(_is_inotify(entry.path) for entry in files)
    return used


def raise_inotify(limit: int, setting: Path = _INOTIFY) -> bool:
    """Set how many inotify instances one user may have, until the next boot; tell if it held."""
    try:
        setting.write_text(str(limit))
    except OSError:
        with contextlib.suppress(OSError, subprocess.TimeoutExpired):
            subprocess.run(
                ["sudo", "--non-interactive", "sysctl", f"fs.inotify.max_user_instances={limit}"],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=5,
            )
    return (inotify_limit(setting) or 0) >= limit


def port_is_free(port: int) -> bool:
    """Return whether nobody listens on the port of 127.0.0.1."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _is_inotify(path: str) -> bool:
    try:
        return str(Path(path).readlink()) == "anon_inode:inotify"
    except OSError:
        return False
