"""The manifest of a bundle: what it holds, and the one form in which that may stand in the file."""

from __future__ import annotations

import hashlib
import json
import re
import tarfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from barelab.support.errors import AnswerIsNo

MANIFEST = "MANIFEST.json"
MANIFEST_BYTES = 1 << 16
_BLOCK = 512
_LARGEST_BYTES = 1 << 50
_NAME = re.compile(r"(?:[a-z]+/)?[A-Za-z0-9][A-Za-z0-9._+-]*\Z")
_SUM = re.compile(r"[0-9a-f]{64}\Z")


class NotSound(AnswerIsNo):
    """A bundle is damaged, truncated, altered, or none at all."""


@dataclass(frozen=True, slots=True)
class Member:
    """A file in a bundle."""

    name: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a bundle holds, and for which machines. `sha256` is of the manifest's own member."""

    architecture: str
    labs: tuple[str, ...]
    images: tuple[str, ...]
    files: tuple[Member, ...]
    sha256: str = ""


def header(name: str, size: int) -> bytes:
    """Return the one header that a member of this name and size can have."""
    info = tarfile.TarInfo(name)
    info.size = size
    return info.tobuf(tarfile.GNU_FORMAT)


def padding(size: int) -> bytes:
    """Return what stands between a member of this size and the next one."""
    return bytes(-size % _BLOCK)


def compose(manifest: Manifest) -> bytes:
    """Return the manifest's text in its fixed size."""
    raw = {"schema": 1, **asdict(manifest)}
    del raw["sha256"]
    text = json.dumps(raw, indent=1).encode().ljust(MANIFEST_BYTES)
    if len(text) > MANIFEST_BYTES:
        raise ValueError(f"the manifest is larger than {MANIFEST_BYTES} bytes")
    return text


def parse(text: bytes) -> Manifest:
    """Return the manifest of such a text.

    Raises:
        NotSound: it is none that barelab writes.
    """
    try:
        raw: Mapping[str, Any] = json.loads(text)
        members = tuple(Member(**entry) for entry in raw["files"])
        manifest = Manifest(
            str(raw["architecture"]),
            tuple(map(str, raw["labs"])),
            tuple(map(str, raw["images"])),
            members,
            hashlib.sha256(text).hexdigest(),
        )
        names = [member.name for member in members]
        sound = raw["schema"] == 1 and len(set(names)) == len(names) and all(map(_sound, members))
        sound = sound and compose(manifest) == text
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise NotSound("its manifest cannot be read: it is damaged or altered") from error
    if not sound:
        raise NotSound("its manifest is not one that barelab writes")
    return manifest


def _sound(member: Member) -> bool:
    return (
        _NAME.match(member.name) is not None
        and member.name != MANIFEST
        and type(member.size_bytes) is int
        and 0 <= member.size_bytes <= _LARGEST_BYTES
        and _SUM.match(member.sha256) is not None
    )
