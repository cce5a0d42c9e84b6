"""Writing a rendered folder: over an earlier rendering of ours, never over anything else."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from barelab.render.compose import HEADER
from barelab.render.file import File
from barelab.support.errors import UsageError

_MARK = "compose.yaml"


def write_folder(folder: Path, files: Iterable[File]) -> None:
    """Make the folder hold exactly the files.

    Raises:
        UsageError: there is something in it that we did not make.
    """
    if folder.exists() and not _is_ours(folder):
        raise UsageError(f"{folder} holds something else; name another folder with --output")
    content = list(files)
    if folder.exists():
        shutil.rmtree(folder)
    for file in content:
        path = folder / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.content)
        path.chmod(file.mode)


def _is_ours(folder: Path) -> bool:
    if not folder.is_dir():
        return False
    mark = folder / _MARK
    return not any(folder.iterdir()) or (
        mark.is_file() and HEADER in mark.read_text(errors="replace").partition("\n")[0]
    )
