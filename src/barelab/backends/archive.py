"""Tar archives, the way in which files come into nodes and out of them."""

from __future__ import annotations

import io
import tarfile
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

from barelab.render.file import File

Ids = Mapping[str, int]


def pack(files: Iterable[File], users: Ids, groups: Ids) -> bytes:
    """Return a tar of the files, owned by the ids that the node has for their owners."""
    buffer, now = io.BytesIO(), int(time.time())
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for file in files:
            entry = tarfile.TarInfo(file.path.lstrip("/"))
            entry.size, entry.mode, entry.mtime = len(file.content), file.mode, now
            entry.uid, entry.gid = users[file.owner], groups[file.group]
            tar.addfile(entry, io.BytesIO(file.content))
    return buffer.getvalue()


def pack_tree(sources: Mapping[str, Path], more: Mapping[str, bytes]) -> bytes:
    """Return a tar of the host's files and folders, and of `more`, under their names, root's."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for name, source in sources.items():
            tar.add(source, name, filter=_as_root)
        for name, content in more.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


def _as_root(entry: tarfile.TarInfo) -> tarfile.TarInfo | None:
    if "__pycache__" in entry.name:
        return None
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = "root"
    return entry


def first_file(archive: bytes) -> bytes:
    """Return the content of the first regular file in a tar, or nothing where there is none."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        for entry in tar:
            content = tar.extractfile(entry) if entry.isfile() else None
            if content:
                return content.read()
    return b""


def ids(database: bytes) -> dict[str, int]:
    """Return the ids by name from the text of /etc/passwd or /etc/group."""
    rows = (line.split(":") for line in database.decode(errors="replace").splitlines())
    return {row[0]: int(row[2]) for row in rows if len(row) > 2 and row[2].isdigit()}
