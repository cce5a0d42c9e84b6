"""The file of a bundle: a tar whose every byte follows from its manifest, so that changes show.

The first member is MANIFEST.json, padded with spaces to a fixed size; it names every other member
in order, with size and sha256. Reading rebuilds headers and padding from it and compares: a member
that is added, renamed, a link, or leads out of the folder has no place in such a file.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from barelab.launcher.bundle_manifest import (
    MANIFEST,
    MANIFEST_BYTES,
    Manifest,
    Member,
    NotSound,
    compose,
    header,
    padding,
    parse,
)

IMAGES = "images.tar"
_END = bytes(1024)
_CHUNK_BYTES = 1 << 20


class Writer:
    """Writes a bundle in one pass: content may be a stream of unknown length."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream, self._members = stream, list[Member]()
        stream.write(header(MANIFEST, MANIFEST_BYTES) + bytes(MANIFEST_BYTES))

    def add(self, name: str, chunks: Iterable[bytes]) -> None:
        """Add a member."""
        start, size, digest = self._stream.tell(), 0, hashlib.sha256()
        self._stream.write(bytes(len(header(name, 0))))
        for chunk in chunks:
            size += self._stream.write(chunk)
            digest.update(chunk)
        self._stream.write(padding(size))
        self._stream.seek(start)
        self._stream.write(header(name, size))
        self._stream.seek(0, io.SEEK_END)
        self._members.append(Member(name, size, digest.hexdigest()))

    def finish(self, architecture: str, labs: Iterable[str], images: Iterable[str]) -> Manifest:
        """Write the end and the manifest, and return it."""
        self._stream.write(_END)
        manifest = Manifest(architecture, tuple(labs), tuple(images), tuple(self._members))
        text = compose(manifest)
        self._stream.seek(len(header(MANIFEST, MANIFEST_BYTES)))
        self._stream.write(text)
        return parse(text)


def verify(stream: BinaryIO) -> Manifest:
    """Return the manifest of a bundle of which every byte is as it was written.

    Raises:
        NotSound: it is not; the message says where.
    """
    _expect(stream, header(MANIFEST, MANIFEST_BYTES), "this is no bundle: it has no manifest")
    manifest = parse(stream.read(MANIFEST_BYTES))
    for member in manifest.files:
        _expect(stream, header(member.name, member.size_bytes), f"{member.name} is not as listed")
        if _sum(stream, member.size_bytes) != member.sha256:
            raise NotSound(f"{member.name} is damaged or altered: its sha256 is not the manifest's")
        _expect(
            stream, padding(member.size_bytes), f"there is something foreign behind {member.name}"
        )
    _expect(stream, _END, "the end is missing or there are files that the manifest does not list")
    if stream.read(1):
        raise NotSound("there is something foreign behind the end")
    return manifest


def part(stream: BinaryIO, manifest: Manifest, name: str) -> BinaryIO:
    """Return a reader of one member of a verified bundle.

    Raises:
        NotSound: the bundle has no such member.
    """
    offset = len(header(MANIFEST, MANIFEST_BYTES)) + MANIFEST_BYTES
    for member in manifest.files:
        offset += len(header(member.name, member.size_bytes))
        if member.name == name:
            return io.BufferedReader(_Slice(stream, offset, member.size_bytes), _CHUNK_BYTES)
        offset += member.size_bytes + len(padding(member.size_bytes))
    raise NotSound(f"it holds no {name}")


def chunks(path: Path) -> Iterator[bytes]:
    """Yield a file's content."""
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK_BYTES):
            yield chunk


def _expect(stream: BinaryIO, wanted: bytes, otherwise: str) -> None:
    if stream.read(len(wanted)) != wanted:
        raise NotSound(otherwise)


def _sum(stream: BinaryIO, size: int) -> str:
    digest = hashlib.sha256()
    while size and (chunk := stream.read(min(size, _CHUNK_BYTES))):
        digest.update(chunk)
        size -= len(chunk)
    return digest.hexdigest() if not size else "truncated"


class _Slice(io.RawIOBase):
    def __init__(self, stream: BinaryIO, start: int, size: int) -> None:
        self._stream, self._start, self._size, self._at = stream, start, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer: Any) -> int:
        self._stream.seek(self._start + self._at)
        data = self._stream.read(max(0, min(len(buffer), self._size - self._at)))
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)
