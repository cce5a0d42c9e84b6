"""Content is found where it is, and state lies in the user's own folders."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from barelab.support import paths
from barelab.support.errors import CouldNotTell, UsageError


def test_clone_is_its_own_content(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BARELAB_CONTENT", raising=False)
    assert (paths.content_root() / "labs").is_dir()


def test_content_can_be_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("BARELAB_CONTENT", str(tmp_path))
    assert paths.content_root() == tmp_path


@pytest.mark.parametrize(
    ("folder", "variable", "fallback"),
    [
        (paths.data_dir, "XDG_DATA_HOME", ".local/share/barelab"),
        (paths.state_dir, "XDG_STATE_HOME", ".local/state/barelab"),
        (paths.cache_dir, "XDG_CACHE_HOME", ".cache/barelab"),
    ],
)
def test_folder_is_made_private_where_xdg_or_the_home_says(
    folder: Callable[[], Path],
    variable: str,
    fallback: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv(variable, raising=False)
    assert folder() == tmp_path / fallback
    monkeypatch.setenv(variable, str(tmp_path / "named"))
    assert folder() == tmp_path / "named" / "barelab"
    assert folder().stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    ("number", "ours"),
    [
        (errno.EACCES, UsageError),
        (errno.ENOENT, UsageError),
        (errno.EISDIR, UsageError),
        (errno.EROFS, UsageError),
        (errno.ENOSPC, CouldNotTell),
        (errno.EDQUOT, CouldNotTell),
        (errno.EPIPE, BrokenPipeError),
    ],
)
def test_failure_of_a_named_file_is_told_by_its_name(number: int, ours: type[Exception]) -> None:
    with pytest.raises(ours) as caught, paths.users_file(Path("named")):
        raise OSError(number, os.strerror(number), "named/below")
    assert type(caught.value) is ours
    if number != errno.EPIPE:
        assert str(caught.value) == f"named/below: {os.strerror(number)}"
