"""`bundle load` changes nothing before the whole file is found sound."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

import pytest

from barelab.launcher.bundle import load
from barelab.launcher.bundle_file import Writer
from barelab.launcher.bundle_manifest import NotSound
from barelab.support.errors import UsageError

TAGS = ("barelab/base:1", "barelab/debian:13")


class FakeStore:
    def __init__(self) -> None:
        self.loaded = b""

    def architecture(self) -> str:
        return "x86_64"

    def ensure_root(self, on_line: Callable[[str], None]) -> str:
        return TAGS[1]

    def tags(self) -> frozenset[str]:
        return frozenset()

    def stream(self, tags: Iterable[str]) -> Iterator[bytes]:
        yield b""

    def load(self, source: BinaryIO, on_line: Callable[[str], None]) -> None:
        self.loaded = source.read()


def image_tar(*tags: str) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        text = json.dumps([{"RepoTags": [tag]} for tag in tags] + [{"RepoTags": None}]).encode()
        info = tarfile.TarInfo("manifest.json")
        info.size = len(text)
        archive.addfile(info, io.BytesIO(text))
    return stream.getvalue()


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., Path]:
    def bundle(
        *, architecture: str = "x86_64", listed: tuple[str, ...] = TAGS, inside: bytes | None = None
    ) -> Path:
        path = tmp_path / "labs.bundle"
        with path.open("w+b") as stream:
            writer = Writer(stream)
            if inside != b"":
                writer.add("images.tar", [inside or image_tar(*TAGS)])
            writer.finish(architecture, ["simple"], listed)
        return path

    return bundle


def ignore(_line: str) -> None:
    pass


def test_a_sound_bundle_is_loaded_whole(make: Callable[..., Path]) -> None:
    store = FakeStore()
    manifest = load(make(), None, store, ignore)
    assert store.loaded == image_tar(*TAGS)
    assert load(make(), manifest.sha256.upper(), store, ignore) == manifest


def test_a_pinned_sum_shows_an_altered_bundle_whose_sums_fit(make: Callable[..., Path]) -> None:
    store = FakeStore()
    pinned = load(make(), None, FakeStore(), ignore).sha256
    other = make(
        listed=("barelab/base:1", "barelab/evil:1"),
        inside=image_tar("barelab/base:1", "barelab/evil:1"),
    )
    with pytest.raises(NotSound, match="not the one that you gave"):
        load(other, pinned, store, ignore)
    assert store.loaded == b""


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"architecture": "aarch64"}, "it is for aarch64"),
        ({"listed": TAGS[:1]}, "other names"),
        ({"inside": image_tar(*TAGS, "debian:latest")}, "other names"),
        (
            {"listed": (*TAGS, "debian:latest"), "inside": image_tar(*TAGS, "debian:latest")},
            "other names",
        ),
        ({"inside": b"no tar"}, "cannot be read"),
        ({"inside": b""}, "holds no images.tar"),
    ],
)
def test_a_bundle_that_does_not_fit_is_refused_and_nothing_changed(
    make: Callable[..., Path], options: dict[str, object], words: str
) -> None:
    store = FakeStore()
    with pytest.raises(NotSound, match=words) as raised:
        load(make(**options), None, store, ignore)
    assert "nothing was changed" in str(raised.value)
    assert (store.loaded, raised.value.exit_code) == (b"", 1)


def test_damage_in_the_last_image_byte_is_found_before_anything_is_loaded(
    make: Callable[..., Path],
) -> None:
    path, store = make(), FakeStore()
    content = bytearray(path.read_bytes())
    content[-1024 - 1] ^= 1
    path.write_bytes(content)
    with pytest.raises(NotSound, match="damaged or altered"):
        load(path, None, store, ignore)
    assert store.loaded == b""


def test_a_missing_file_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No such file"):
        load(tmp_path / "gone", None, FakeStore(), ignore)
