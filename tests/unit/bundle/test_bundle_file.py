"""A bundle is what its manifest says, byte for byte, or it is refused."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barelab.launcher.bundle_file import Writer, part, verify
from barelab.launcher.bundle_manifest import Manifest, NotSound, header

CONTENT = {
    "requirements.lock": b"click==8\n",
    "wheels/a-1.whl": b"w" * 700,
    "images.tar": b"i" * 512,
}


def written(content: dict[str, bytes] = CONTENT) -> bytes:
    stream = io.BytesIO()
    writer = Writer(stream)
    for name, data in content.items():
        writer.add(name, [data[:100], data[100:]])
    writer.finish("x86_64", ["simple"], ["barelab/base:1"])
    return stream.getvalue()


SOUND = written()


def test_a_sound_bundle_gives_back_what_was_put_in() -> None:
    stream = io.BytesIO(SOUND)
    manifest = verify(stream)
    assert (manifest.architecture, manifest.labs) == ("x86_64", ("simple",))
    assert {m.name: part(stream, manifest, m.name).read() for m in manifest.files} == CONTENT


def test_any_tar_program_opens_it(tmp_path: Path) -> None:
    with tarfile.open(fileobj=io.BytesIO(SOUND)) as archive:
        archive.extractall(tmp_path)
    assert (tmp_path / "wheels/a-1.whl").read_bytes() == CONTENT["wheels/a-1.whl"]
    assert (tmp_path / "MANIFEST.json").read_text().startswith("{")


@given(at=st.integers(0, len(SOUND) - 1), other=st.integers(1, 255))
def test_no_byte_can_change_unseen(at: int, other: int) -> None:
    altered = bytearray(SOUND)
    altered[at] ^= other
    try:
        manifest = verify(io.BytesIO(bytes(altered)))
    except NotSound:
        return
    # A manifest that says something else is another bundle: only a pinned sum tells them apart.
    assert manifest.sha256 != verify(io.BytesIO(SOUND)).sha256


@given(st.integers(0, len(SOUND) - 1))
def test_a_truncated_one_is_refused(size: int) -> None:
    with pytest.raises(NotSound):
        verify(io.BytesIO(SOUND[:size]))


def renamed(new: str, old: str = "wheels/a-1.whl") -> bytes:
    assert len(new) == len(old)
    swapped = SOUND.replace(f'"{old}"'.encode(), f'"{new}"'.encode())
    return swapped.replace(header(old, 700), header(new, 700))


def with_extra(name: str, kind: bytes = tarfile.REGTYPE) -> bytes:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, "/etc/passwd" if kind != tarfile.REGTYPE else ""
    return SOUND[:-1024] + info.tobuf(tarfile.GNU_FORMAT) + SOUND[-1024:]


@pytest.mark.parametrize(
    "altered",
    [
        b"",
        b"no tar at all" * 9999,
        SOUND + b"\0",
        SOUND + SOUND,
        with_extra("extra"),
        with_extra("../../etc/cron.d/x"),
        with_extra("link", tarfile.SYMTYPE),
        with_extra("hard", tarfile.LNKTYPE),
        with_extra("device", tarfile.CHRTYPE),
        renamed("../../../a.whl"),
        renamed("/etc/cron.d/xx"),
        renamed("wheels/../a.wl"),
        renamed("wheels/.a1.whl"),
        SOUND.replace(b'"size_bytes": 700', b'"size_bytes": 7e2'),
        SOUND.replace(b'"size_bytes": 700', b'"size_bytes": -70'),
        SOUND.replace(b"}" + b" " * 9, b"}\t" + b" " * 8, 1),
        SOUND.replace(b'"schema": 1', b'"schema": 2'),
        SOUND.replace(b'"files"', b'"flies"'),
        SOUND.replace(b'{\n "schema"', b"[[[[[[[[[["),
    ],
)
def test_what_barelab_did_not_write_is_refused(altered: bytes) -> None:
    assert altered != SOUND
    with pytest.raises(NotSound):
        verify(io.BytesIO(altered))


def test_two_members_of_one_name_are_refused() -> None:
    stream = io.BytesIO()
    writer = Writer(stream)
    writer.add("images.tar", [b"1"])
    writer.add("images.tar", [b"2"])
    with pytest.raises(NotSound):
        writer.finish("x86_64", [], [])


def test_a_member_that_is_not_there_is_named() -> None:
    stream = io.BytesIO(SOUND)
    with pytest.raises(NotSound, match=r"nothing\.tar"):
        part(stream, verify(stream), "nothing.tar")


def test_the_manifest_says_which_manifest_it_is() -> None:
    stream = io.BytesIO()
    writer = Writer(stream)
    writer.add("images.tar", [b"1"])
    made: Manifest = writer.finish("x86_64", [], [])
    assert verify(io.BytesIO(stream.getvalue())).sha256 == made.sha256
    assert made.sha256 != verify(io.BytesIO(SOUND)).sha256
