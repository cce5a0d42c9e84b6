"""Where things are: content in the clone or the wheel, state and data in the XDG folders."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from barelab.support.errors import CouldNotTell, UsageError

_PACKAGE = Path(__file__).resolve().parent.parent


def content_root() -> Path:
    """Return the folder that holds labs, images, exercises, checker, compose and app.

    `BARELAB_CONTENT` names another one; an installed wheel carries its own; a clone is its own.
    """
    named = os.environ.get("BARELAB_CONTENT")
    if named:
        return Path(named).resolve()
    carried = _PACKAGE / "content"
    return carried if carried.is_dir() else _PACKAGE.parent.parent


def data_dir() -> Path:
    """Return the folder of attempts and progress (XDG data), made if missing."""
    return _xdg("XDG_DATA_HOME", ".local/share")


def state_dir() -> Path:
    """Return the folder of locks and other passing state (XDG state), made if missing."""
    return _xdg("XDG_STATE_HOME", ".local/state")


def cache_dir() -> Path:
    """Return the folder of what can be made again (XDG cache), made if missing."""
    return _xdg("XDG_CACHE_HOME", ".cache")


def making_folder() -> Path:
    """Return where a base image is made: there only meanwhile, or where that was killed."""
    return cache_dir() / "making"


@contextmanager
def users_file(path: Path) -> Iterator[None]:
    """Turn a failure to read or write what the user named, or what is below it, into ours.

    Raises:
        UsageError: it is missing, forbidden, or something else than it should be.
        CouldNotTell: the disk takes no more.
    """
    try:
        yield
    except BrokenPipeError:  # a pipe whose reader is gone ends us like our own output
        raise
    except OSError as error:
        told = f"{error.filename or path}: {error.strerror}"
        full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EIO)
        raise (CouldNotTell(told) if full else UsageError(told)) from error


def _xdg(variable: str, fallback: str) -> Path:
    base = os.environ.get(variable)
    folder = (Path(base) if base else Path.home() / fallback) / "barelab"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise CouldNotTell(
            f"{folder} cannot be made: {error.strerror}; name another place in {variable}"
        ) from error
    return folder
