"""Everything that labs need, in one file: saved with a network, loaded without one."""

from __future__ import annotations

import json
import tarfile
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol

from barelab.backends.base import Backend
from barelab.launcher.bundle_file import IMAGES, Writer, chunks, part, verify
from barelab.launcher.bundle_manifest import Manifest, NotSound
from barelab.launcher.bundle_wheels import LOCK, collect
from barelab.launcher.prebuild import Images, ensure_images
from barelab.model.lab import Lab
from barelab.support.errors import CouldNotTell, UsageError
from barelab.support.paths import content_root

_OURS = "barelab/"
_INDEX_BYTES = 1 << 20
Say = Callable[[str], None]


class Store(Images, Protocol):
    """Where images come from and go to."""

    def architecture(self) -> str:
        """Return the machine that its images run on."""
        ...

    def stream(self, tags: Iterable[str]) -> Iterator[bytes]:
        """Yield a tar of images."""
        ...

    def load(self, source: BinaryIO, on_line: Say) -> None:
        """Take images from a tar."""
        ...


def save(path: Path, labs: Sequence[Lab], backend: Backend, store: Store, say: Say) -> Manifest:
    """Write a bundle of the labs' images and our wheels; images that are missing are built first.

    Raises:
        UsageError: the file cannot be written there.
        CouldNotTell: an image or a wheel cannot be had.
    """
    if path.is_dir() or not path.absolute().parent.is_dir():
        raise UsageError(f"{path} cannot be written: name a file in a folder that exists")
    tags = ensure_images(labs, backend, store, say)
    with _writing(path) as stream, tempfile.TemporaryDirectory(prefix="barelab-") as folder:
        wheels = collect(Path(folder), say)
        writer = Writer(stream)
        if wheels and (lock := content_root() / LOCK).is_file():
            writer.add(LOCK, chunks(lock))
        for wheel in wheels:
            writer.add(f"wheels/{wheel.name}", chunks(wheel))
        say(f"saving {len(tags)} images")
        writer.add(IMAGES, store.stream(tags))
        return writer.finish(store.architecture(), [lab.name for lab in labs], sorted(tags))


def load(path: Path, pinned: str | None, store: Store, say: Say) -> Manifest:
    """Take a bundle's images into the engine, once the whole file is found sound.

    `pinned` is the manifest's sha256 as `save` printed it. The sums in the file protect against
    damage; whoever alters a file can alter its sums too, and only a pinned sum shows that.

    Raises:
        UsageError: there is no such file.
        NotSound: it is damaged or altered, or not for this machine. Nothing was changed.
    """
    try:
        stream = path.open("rb")
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from error
    with stream:
        say(f"checking {path}")
        try:
            manifest = verify(stream)
            _check(manifest, pinned, store.architecture())
            source = part(stream, manifest, IMAGES)
            _check_tags(source, manifest.images)
        except NotSound as error:
            raise NotSound(f"{path} is refused: {error}; nothing was changed") from error
        source.seek(0)
        say(f"loading {len(manifest.images)} images")
        store.load(source, say)
    return manifest


def _check(manifest: Manifest, pinned: str | None, architecture: str) -> None:
    if pinned and pinned.lower() != manifest.sha256:
        raise NotSound(
            f"the sha256 of its manifest is {manifest.sha256}, not the one that you gave"
        )
    if manifest.architecture != architecture:
        raise NotSound(f"it is for {manifest.architecture}, and this engine runs on {architecture}")


def _check_tags(source: BinaryIO, expected: tuple[str, ...]) -> None:
    """Refuse images whose names are not ours, or not those that the manifest tells."""
    try:
        with tarfile.open(fileobj=source, mode="r:") as archive:
            index = archive.extractfile("manifest.json")
            raw = json.loads(index.read(_INDEX_BYTES)) if index else []
        found = {str(tag) for image in raw for tag in image["RepoTags"] or ()}
    except (tarfile.TarError, ValueError, KeyError, TypeError) as error:
        raise NotSound("its images cannot be read") from error
    if found != set(expected) or not all(tag.startswith(_OURS) for tag in found):
        raise NotSound("its images have other names than its manifest tells")


@contextmanager
def _writing(path: Path) -> Iterator[BinaryIO]:
    partial = path.with_name(path.name + ".partial")
    try:
        with partial.open("w+b") as stream:
            yield stream
        partial.replace(path)
    except OSError as error:
        if isinstance(error, FileNotFoundError | PermissionError | IsADirectoryError):
            raise UsageError(f"{path}: {error.strerror}") from error
        raise CouldNotTell(f"{path} cannot be written: {error.strerror}") from error
    finally:
        partial.unlink(missing_ok=True)
