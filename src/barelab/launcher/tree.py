"""Files and folders as tars: what came out of a node, and what is to go into one."""

from __future__ import annotations

import io
import os
import posixpath
import shutil
import stat
import tarfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from barelab.support.errors import CouldNotTell

Say = Callable[[str], None]
_TOP = "."


@dataclass(frozen=True, slots=True)
class Tree:
    """What a tar of a folder holds, by path below that: each after the folder that it is in.

    `outside` are links that may lead out of the folder, `odd` what is no file, folder or link.
    """

    kept: Mapping[str, tarfile.TarInfo]
    outside: frozenset[str]
    odd: frozenset[str]


def sort_out(tar: Iterable[tarfile.TarInfo]) -> Tree:
    """Return what of a tar of a folder can be copied.

    Raises:
        CouldNotTell: something would not stay in the folder. A node is not trusted, and tarfile's
            own filters came with Python 3.11.4, after Debian 12.
    """
    kept: dict[str, tarfile.TarInfo] = {}
    outside, odd = set[str](), set[str]()
    for member in tar:
        path = posixpath.normpath(member.name)
        folder = kept.get(posixpath.dirname(path) or _TOP)
        sound = member.isdir() if path == _TOP else folder is not None and folder.isdir()
        twice = path in kept or path in outside or path in odd
        if not sound or twice or ".." in member.name.split("/"):
            raise CouldNotTell(f"it holds something unsafe: {member.name!r}")
        if member.issym() and leads_out(path, member.linkname):
            outside.add(path)
        elif member.isdir() or member.isreg() or member.issym() or _is_again(member, kept):
            kept[path] = member
        else:
            odd.add(path)
    return Tree(kept, frozenset(outside), frozenset(odd))


def _is_again(member: tarfile.TarInfo, kept: Mapping[str, tarfile.TarInfo]) -> bool:
    first = kept.get(posixpath.normpath(member.linkname)) if member.islnk() else None
    return first is not None and first.isreg()


def leads_out(path: str, link: str) -> bool:
    """Return whether a symbolic link at this path below a folder may lead out of the folder."""
    ups = 0
    parts = link.split("/")
    while parts[ups : ups + 1] == [".."]:
        ups += 1
    # Behind another link, `..` is anywhere.
    return link.startswith("/") or ".." in parts[ups:] or ups > path.count("/")


def write_tree(tar: tarfile.TarFile, entries: Mapping[str, tarfile.TarInfo], top: Path) -> None:
    """Write files, folders and links below a folder; an older link there is not followed."""
    for path, member in entries.items():
        place = top / path
        if path != _TOP and place.is_symlink():
            place.unlink()
        if member.isdir():
            # Whoever is not root could write nothing into his own copy of a read-only folder.
            place.mkdir(member.mode & 0o777 | stat.S_IRWXU, exist_ok=True)
        elif member.issym():
            place.symlink_to(member.linkname)
        else:
            content = tar.extractfile(member)
            assert content is not None
            write_file(content, member.mode, place)


def write_file(content: IO[bytes], mode: int, place: Path) -> None:
    """Write a file as `cp` does: a new one gets the mode less the umask, an old one keeps its."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    with os.fdopen(os.open(place, flags, mode & 0o777), "wb") as copy:
        shutil.copyfileobj(content, copy)


def pack(source: Path, name: str, say: Say) -> bytes:
    """Return a tar of a file or folder here under a name, root's; what is neither is told of."""

    def plain(entry: tarfile.TarInfo) -> tarfile.TarInfo | None:
        if not (entry.isreg() or entry.isdir() or entry.issym() or entry.islnk()):
            say(f"left out {entry.name}: it is neither a file, nor a folder, nor a link")
            return None
        entry.uid = entry.gid = 0
        entry.uname = entry.gname = "root"
        entry.mode &= 0o777
        return entry

    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        tar.add(source, name, filter=plain)
    return buffer.getvalue()
