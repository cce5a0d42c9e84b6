"""Files and folders between this machine and a node, as `cp -r` would copy them."""

from __future__ import annotations

import io
import os
import posixpath
import tarfile
from collections.abc import Collection, Set
from pathlib import Path

from barelab.backends.base import Backend, NodeRef
from barelab.launcher import tree
from barelab.launcher.tree import Say
from barelab.support.errors import CouldNotTell, UsageError
from barelab.support.paths import users_file
from barelab.support.text import clean, quoted

_CAP_BYTES = 1 << 30
_COPY_S = 600.0
# The node's own cp decides as on any machine: what is a folder, whose owner and mode stays.
_PUT = (
    "set -eu; stage=$(mktemp -d /var/tmp/barelab.XXXXXX); trap 'rm -rf \"$stage\"' EXIT; "
    'cd "$stage"; tar -xf -; cp -r -- "./$1" "$2"'
)
_KIND = ("-maxdepth", "0", "-printf", "%y %m")
_CHANGED, _SOME = 1, 2  # tar's exit codes: a file changed while it was read; not all were there
_SHOWN = 5


def copy_out(backend: Backend, ref: NodeRef, path: str, target: str, say: Say) -> None:
    """Copy a file or folder of a node to here; into `target` where that is a folder.

    Links are followed, but those that stay within a copied folder are copied as links.

    Raises:
        UsageError: there is no such file, no such folder here, or no right to write there.
        CouldNotTell: it is larger than 1 GiB, or holds something unsafe.
    """
    place = Path(target)
    if place.is_dir():
        place /= posixpath.basename(posixpath.normpath(_absolute(ref, path)))
    elif not (folder := place if target.endswith("/") else place.parent).is_dir():
        raise UsageError(f"{folder} is no folder here; make it first")
    asked = _ask(backend, ref, ["find", "-L", _absolute(ref, path), *_KIND])
    kind, _, mode = asked.decode().partition(" ")
    if kind == "d":
        _copy_folder(backend, ref, path, place, say)
    elif kind == "f":
        # Not by tar, which believes the sizes that files of /proc and /sys tell.
        content = io.BytesIO(_ask(backend, ref, ["cat", path]))
        with users_file(place):
            tree.write_file(content, int(mode, 8), place)
    else:
        raise UsageError(f"{ref.node}:{path} is neither a file nor a folder")


def copy_in(backend: Backend, ref: NodeRef, source: Path, path: str, say: Say) -> None:
    """Copy a file or folder from here to a node; what is new there is root's.

    Raises:
        UsageError: there is no such file, or it cannot be read, or not be written there.
    """
    name = os.path.basename(os.path.abspath(source))  # noqa: PTH100, PTH119 - keeps a link's name
    with users_file(source):
        real = source.resolve(strict=True)
        if not (real.is_file() or real.is_dir()):
            raise UsageError(f"{source} is neither a file nor a folder")
        packed = tree.pack(real, name, say)
    command = ["sh", "-c", _PUT, "barelab", name, _absolute(ref, path)]
    _ask(backend, ref, command, stdin=packed)


def _copy_folder(backend: Backend, ref: NodeRef, path: str, top: Path, say: Say) -> None:
    tar = ["tar", "-C", path, "-cf", "-"]
    with _opened(_ask(backend, ref, [*tar, "."], fine=(0, _CHANGED))) as archive:
        found = tree.sort_out(archive)
        links = [f"./{link}" for link in sorted(found.outside)]
        behind = [*tar, "--dereference", "--no-recursion", "--", *links]
        packed = _ask(backend, ref, behind, fine=(0, _CHANGED, _SOME)) if links else b""
        with users_file(top):
            tree.write_tree(archive, found.kept, top)
            followed = _write_behind(packed, found.outside, top) if links else frozenset()
    if left := sorted(found.odd | found.outside - followed):
        shown = ", ".join(map(quoted, left[:_SHOWN])) + ", ..." * (len(left) > _SHOWN)
        say(f"left out {len(left)}, neither files nor folders nor links to files: {shown}")


def _write_behind(packed: bytes, links: Set[str], top: Path) -> Set[str]:
    """Write the files that links out of a folder lead to, in their places; return which."""
    with _opened(packed) as archive:
        named = {posixpath.normpath(member.name): member for member in archive}
        files = {path: m for path, m in named.items() if path in links and m.isreg()}
        tree.write_tree(archive, files, top)
    return files.keys()


def _opened(packed: bytes) -> tarfile.TarFile:
    return tarfile.open(fileobj=io.BytesIO(packed))


def _absolute(ref: NodeRef, path: str) -> str:
    if not path.startswith("/"):
        raise UsageError(f"say where in {ref.node} from its root, as in {ref.node}:/tmp/{path}")
    return path


def _ask(
    backend: Backend,
    ref: NodeRef,
    command: list[str],
    stdin: bytes = b"",
    fine: Collection[int] = (0,),
) -> bytes:
    # Not the engine's archive call: it does not see what is mounted in a node, /tmp for example.
    output = backend.run(ref, command, stdin=stdin, timeout_s=_COPY_S, cap_bytes=_CAP_BYTES)
    if output.cut:
        raise CouldNotTell(f"it is larger than {_CAP_BYTES} bytes")
    if output.exit_code not in fine:
        line = clean(output.stderr.decode(errors="replace")).strip().partition("\n")[0]
        told = line.partition(": ")[2] or line or f"`{command[0]}` cannot be started"
        raise UsageError(f"{ref.node}: {told}")
    return output.stdout
