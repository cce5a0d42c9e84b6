"""Which image a node needs: the chain of its roles, tagged by the hash of what goes into it."""

from __future__ import annotations

import functools
import hashlib
import os
import re
from collections.abc import Iterator
from pathlib import Path

from barelab.backends.base import ImageSpec
from barelab.model.lab import Lab, Node
from barelab.model.role import Role
from barelab.render.nodes import BASE
from barelab.support.paths import content_root

_HASH_LENGTH = 12
_NOT_IN_IMAGES = ("role.yaml", "files", "__pycache__")
_READS_FILES = re.compile(r"\$\{?BUILD\}?\"?/files")


def chain(lab: Lab, node: Node, base: Role) -> list[ImageSpec]:
    """Return the images of a node from the bare root on; the last is the node's own."""
    images: list[ImageSpec] = []
    for role in (base, *(lab.roles[name] for name in node.roles)):
        parent = images[-1] if images else None
        images.append(_spec(role, parent))
    return images


def _spec(role: Role, parent: ImageSpec | None) -> ImageSpec:
    script = role.path / "install.sh"
    sources = {p.name: p for p in sorted(role.path.iterdir()) if p.name not in _NOT_IN_IMAGES}
    sources |= {entry: content_root() / entry for entry in role.inputs}
    # files/ arrives with each node: a change needs a new image only where the script reads them.
    if _READS_FILES.search(script.read_text()):
        sources["files"] = role.path / "files"
    digest = hashlib.sha256((parent.tag if parent else "").encode())
    for name, path in sources.items():
        digest.update(name.encode() + _digest(path))
    title = role.name if parent is None or parent.role == BASE else f"{parent.role}-{role.name}"
    tag = f"barelab/{title}:{digest.hexdigest()[:_HASH_LENGTH]}"
    return ImageSpec(tag, title, parent.tag if parent else None, sources)


@functools.cache  # roles share inputs, and one `up` asks twice; nobody edits content meanwhile
def _digest(path: Path) -> bytes:
    digest = hashlib.sha256()
    for file in _walk(path):
        digest.update(f"{file.relative_to(path)}\0{file.stat().st_mode & 0o100}\0".encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.digest()


def _walk(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
        return
    for entry in sorted(os.scandir(path), key=lambda found: found.name):
        if entry.name.startswith(".") or entry.name == "__pycache__":
            continue
        if entry.is_dir():
            yield from _walk(path / entry.name)
        elif entry.is_file() and not entry.name.endswith((".pyc", ".sqlite3")):
            yield path / entry.name


def content_hash(lab: Lab, node: Node, base: Role, tag: str) -> str:
    """Return a short hash of everything that makes a node what it is, but its seat's own values."""
    digest = hashlib.sha256(tag.encode())
    for role in (base, *(lab.roles[name] for name in node.roles)):
        if (role.path / "files").is_dir():
            digest.update(_digest(role.path / "files"))
    return digest.hexdigest()[:_HASH_LENGTH]
