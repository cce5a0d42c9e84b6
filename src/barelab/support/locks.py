"""Locks between barelab processes of one machine. The kernel frees them when their holder dies."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from barelab.support.errors import CouldNotTell
from barelab.support.paths import state_dir
from barelab.support.wait import until


@dataclass(frozen=True, slots=True)
class _Taken:
    descriptor: int
    left: bool


@contextmanager
def hold(name: str, on_wait: Callable[[str], None], timeout_s: float = 3600.0) -> Iterator[bool]:
    """Hold the lock `name` for the body; a wait is told once, with the holder's process id.

    Yields whether its last holder was killed: what that had asked of others may still be under
    way. The file is removed on release, so that nothing is left behind.

    Raises:
        TimeoutError: the lock was not free within the time.
    """
    path = _folder() / f"{name}.lock"
    taken = _try(path)
    if taken is None:
        on_wait(_holder(path))
        taken = until(lambda: _try(path), timeout_s, every_s=0.1)
    if taken is None:
        raise TimeoutError(f"lock {path} is held by process {_holder(path)}")
    try:
        yield taken.left
    finally:
        path.unlink(missing_ok=True)
        os.close(taken.descriptor)


def existing() -> list[Path]:
    """Return the lock files that exist, held or left by a killed process."""
    return sorted(_folder().glob("*.lock"))


def clear(name: str) -> None:
    """Remove the file of a lock whose holder died; a held lock is left alone."""
    path = _folder() / f"{name}.lock"
    if path.exists() and (taken := _try(path)) is not None:
        path.unlink(missing_ok=True)
        os.close(taken.descriptor)


def _folder() -> Path:
    folder = state_dir() / "locks"
    folder.mkdir(exist_ok=True)
    return folder


def _try(path: Path) -> _Taken | None:
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise CouldNotTell(f"{path} cannot be written: {error.strerror}") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # A holder may have removed the file between our open and our lock: then ours is an orphan.
        if os.fstat(descriptor).st_ino != path.stat().st_ino:
            raise BlockingIOError
        left = os.fstat(descriptor).st_size > 0
        os.ftruncate(descriptor, 0)
        with suppress(OSError):  # a full disk: whoever waits will not be told for whom
            os.write(descriptor, str(os.getpid()).encode())
    except (BlockingIOError, FileNotFoundError):
        os.close(descriptor)
        return None
    return _Taken(descriptor, left)


def _holder(path: Path) -> str:
    try:
        return path.read_text(errors="replace") or "unknown"
    except FileNotFoundError:
        return "unknown"
