"""What is copied has the modes and places that `cp -r` gives it, and stays where it was meant."""

from __future__ import annotations

import io
import os
import stat
import subprocess
import tarfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from barelab.backends.base import Backend, NodeRef, Output, SeatRef
from barelab.launcher.copying import copy_in, copy_out
from barelab.launcher.tree import leads_out
from barelab.support.errors import CouldNotTell, UsageError

WEB = NodeRef(SeatRef("simple", "default"), "web1")
Member = tuple[str, bytes | str | None]
AS_USER = pytest.mark.skipif(os.geteuid() == 0, reason="root may do everything")


@pytest.fixture(autouse=True)
def _usual_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def packed(*members: Member, kind: bytes = tarfile.REGTYPE, mode: int = 0o4755) -> bytes:
    """A tar of files (bytes), symbolic links (their target) and folders (None)."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as tar:
        for name, content in members:
            info = tarfile.TarInfo(name)
            info.type, info.mode, info.uid = kind, mode, 12345
            if content is None:
                info.type = tarfile.DIRTYPE
            elif isinstance(content, str):
                info.type, info.linkname = tarfile.SYMTYPE, content
            elif kind == tarfile.REGTYPE:
                info.size = len(content)
            tar.addfile(info, io.BytesIO(content) if isinstance(content, bytes) else None)
    return stream.getvalue()


def node(answer: Callable[..., Output]) -> Backend:
    return cast(Backend, SimpleNamespace(run=answer))


def with_folder(*archives: bytes, exit_code: int = 0) -> Backend:
    """A node with a folder of which tar gives one archive after the other."""
    left = list(archives)

    def answer(_ref: NodeRef, command: Sequence[str], **_: object) -> Output:
        if command[0] == "find":
            return Output(0, b"d 755", b"")
        return Output(exit_code, left.pop(0), b"tar: ./a: file changed as we read it\n")

    return node(answer)


def with_file(content: bytes, mode: str = "644") -> Backend:
    def answer(_ref: NodeRef, command: Sequence[str], **_: object) -> Output:
        return Output(0, f"f {mode}".encode() if command[0] == "find" else content, b"")

    return node(answer)


def ignore(_: str) -> None:
    pass


FOLDER = packed((".", None), ("./on", None), ("./a", b"A"), ("./on/a", "../a"))


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_file_comes_under_its_own_name_or_the_one_that_is_wanted(tmp_path: Path) -> None:
    there = with_file(b"127.0.0.1")
    copy_out(there, WEB, "/etc/hosts", str(tmp_path), ignore)
    copy_out(there, WEB, "/etc/hosts", str(tmp_path / "other"), ignore)
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {
        "hosts": b"127.0.0.1",
        "other": b"127.0.0.1",
    }


@pytest.mark.parametrize("again", [False, True])
def test_folder_comes_whole_with_the_links_inside_it(tmp_path: Path, again: bool) -> None:
    for _ in range(1 + again):
        copy_out(with_folder(FOLDER), WEB, "/etc/nginx", str(tmp_path / "mine"), ignore)
    assert (tmp_path / "mine" / "on" / "a").readlink() == Path("../a")
    assert (tmp_path / "mine" / "on" / "a").read_bytes() == b"A"


def test_folder_goes_into_one_that_is_there(tmp_path: Path) -> None:
    copy_out(with_folder(FOLDER), WEB, "/etc/nginx/", str(tmp_path), ignore)
    assert (tmp_path / "nginx" / "a").read_bytes() == b"A"


@pytest.mark.parametrize(
    ("theirs", "ours"), [("600", 0o600), ("644", 0o644), ("666", 0o644), ("4755", 0o755)]
)
def test_new_copy_has_the_mode_less_the_umask(tmp_path: Path, theirs: str, ours: int) -> None:
    copy_out(with_file(b"#!", theirs), WEB, "/x", str(tmp_path), ignore)
    whole = packed((".", None), ("./x", b"#!"), mode=int(theirs, 8))
    copy_out(with_folder(whole), WEB, "/d", str(tmp_path), ignore)
    assert mode_of(tmp_path / "x") == mode_of(tmp_path / "d" / "x") == ours
    assert (tmp_path / "x").stat().st_uid == tmp_path.stat().st_uid
    assert mode_of(tmp_path / "d") & 0o077 == ours & 0o077


def test_what_is_there_keeps_its_mode(tmp_path: Path) -> None:
    (tmp_path / "x").touch(mode=0o600)
    copy_out(with_file(b"new", "755"), WEB, "/x", str(tmp_path), ignore)
    assert ((tmp_path / "x").read_bytes(), mode_of(tmp_path / "x")) == (b"new", 0o600)


def test_link_that_is_named_here_is_followed(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("real")
    copy_out(with_file(b"theirs"), WEB, "/x", str(tmp_path / "link"), ignore)
    assert (tmp_path / "link").readlink() == Path("real")
    assert (tmp_path / "real").read_bytes() == b"theirs"


def test_pipe_that_is_named_here_is_written_to(tmp_path: Path) -> None:
    read, write = os.pipe()
    copy_out(with_file(b"theirs"), WEB, "/x", f"/dev/fd/{write}", ignore)
    assert os.read(read, 100) == b"theirs"
    os.close(read)
    with pytest.raises(BrokenPipeError):
        copy_out(with_file(b"theirs"), WEB, "/x", f"/proc/self/fd/{write}", ignore)
    os.close(write)


def test_link_inside_an_earlier_copy_is_replaced_not_followed(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("mine")
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "a").symlink_to(tmp_path / "precious")
    (tmp_path / "x" / "on").symlink_to(tmp_path)
    copy_out(with_folder(FOLDER), WEB, "/x", str(tmp_path), ignore)
    assert (tmp_path / "precious").read_text() == "mine"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["precious", "x"]
    assert (tmp_path / "x" / "on" / "a").read_bytes() == b"A"


@pytest.mark.parametrize(
    "archive",
    [
        packed((".", None), ("./x/../../evil", b"")),
        packed((".", None), ("../evil", b"")),
        packed((".", None), ("/evil", b"")),
        packed((".", None), ("..", None)),
        packed(("./evil", b"")),
        packed((".", b"")),
        packed((".", "/etc")),
        packed((".", None), ("./link", "."), ("./link/evil", b"")),
        packed((".", None), ("./link", ".."), ("./link/evil", b"")),
        packed((".", None), ("./x", None), ("./x/evil", b""), ("./x", "/etc")),
        packed((".", None), ("./a", b""), ("./a/evil", b"")),
    ],
)
def test_what_leads_out_of_the_folder_is_refused(archive: bytes, tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    with pytest.raises(CouldNotTell, match="unsafe"):
        copy_out(with_folder(archive), WEB, "/x", str(tmp_path / "here"), ignore)
    assert [p.name for p in tmp_path.iterdir()] == ["here"]
    assert list((tmp_path / "here").iterdir()) == []


@pytest.mark.parametrize(
    ("path", "link", "out"),
    [
        ("a", "b", False),
        ("d/a", "../b", False),
        ("d/e/a", "../../b/c", False),
        ("d/a", ".", False),
        ("a", "/etc/passwd", True),
        ("a", "..", True),
        ("d/a", "../../b", True),
        ("a", "link/../../b", True),
        ("d/a", "../link/../b", True),
    ],
)
def test_link_leads_out_where_it_could(path: str, link: str, out: bool) -> None:
    assert leads_out(path, link) is out


def test_links_out_of_the_folder_become_the_files_that_they_lead_to(tmp_path: Path) -> None:
    links = ("./app", "/etc/app"), ("./conf", "/etc"), ("./gone", "/none")
    behind = packed(("./app", b"server"), ("./conf", None), ("./other", b"unasked"))
    told: list[str] = []
    there = with_folder(packed((".", None), *links), behind)
    copy_out(there, WEB, "/etc/sites", str(tmp_path), told.append)
    assert {p.name: p.read_bytes() for p in (tmp_path / "sites").iterdir()} == {"app": b"server"}
    assert told == ["left out 2, neither files nor folders nor links to files: 'conf', 'gone'"]


@pytest.mark.parametrize("kind", [tarfile.FIFOTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE])
def test_what_is_no_file_is_left_out_and_told(tmp_path: Path, kind: bytes) -> None:
    odd = packed((".", None), ("./a\x1b[31m", b""), kind=kind)
    told: list[str] = []
    copy_out(with_folder(odd), WEB, "/x", str(tmp_path), told.append)
    assert list((tmp_path / "x").iterdir()) == []
    assert len(told) == 1
    assert "\x1b" not in told[0]


@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [("./a", "./a", True), ("./a", "./none", False), ("./a", "../a", False)],
)
def test_second_name_of_a_file_is_a_copy(
    tmp_path: Path, first: str, second: str, kept: bool
) -> None:
    stream = io.BytesIO(packed((".", None), (first, b"A")))
    with tarfile.open(fileobj=stream, mode="a") as tar:
        again = tarfile.TarInfo("./b")
        again.type, again.linkname = tarfile.LNKTYPE, second
        tar.addfile(again)
    copy_out(with_folder(stream.getvalue()), WEB, "/x", str(tmp_path), ignore)
    assert (tmp_path / "x" / "b").exists() is kept


def test_file_that_grows_meanwhile_does_no_harm(tmp_path: Path) -> None:
    copy_out(with_folder(FOLDER, exit_code=1), WEB, "/x", str(tmp_path), ignore)
    assert (tmp_path / "x" / "a").read_bytes() == b"A"


@pytest.mark.parametrize("target", ["none/x", "none/"])
def test_missing_folder_here_is_told(tmp_path: Path, target: str) -> None:
    with pytest.raises(UsageError, match="none is no folder here; make it first"):
        copy_out(with_file(b""), WEB, "/x", f"{tmp_path}/{target}", ignore)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("path", ["", "etc/hostname", "./x"])
def test_path_in_a_node_is_told_from_its_root(tmp_path: Path, path: str) -> None:
    (tmp_path / "x").touch()
    with pytest.raises(UsageError, match="from its root"):
        copy_out(with_file(b""), WEB, path, str(tmp_path), ignore)
    with pytest.raises(UsageError, match="from its root"):
        copy_in(with_file(b""), WEB, tmp_path / "x", path, ignore)


@pytest.mark.parametrize("kind", ["p", "c", "l"])
def test_what_is_neither_file_nor_folder_is_told(tmp_path: Path, kind: str) -> None:
    there = node(lambda *_, **__: Output(0, f"{kind} 644".encode(), b""))
    with pytest.raises(UsageError, match="web1:/x is neither a file nor a folder"):
        copy_out(there, WEB, "/x", str(tmp_path), ignore)


@pytest.mark.parametrize(
    ("stderr", "told"),
    [
        (b"find: \x1b[31mno such file\nfind: more\n", "web1: no such file"),
        (b"broken\n", "web1: broken"),
        (b"", "web1: `find` cannot be started"),
    ],
)
def test_what_the_node_says_is_told_in_a_plain_line(
    tmp_path: Path, stderr: bytes, told: str
) -> None:
    with pytest.raises(UsageError) as caught:
        copy_out(node(lambda *_, **__: Output(2, b"", stderr)), WEB, "/x", str(tmp_path), ignore)
    assert str(caught.value) == told


def test_what_is_too_large_is_refused(tmp_path: Path) -> None:
    there = node(lambda *_, **__: Output(0, b"", b"", cut=True))
    with pytest.raises(CouldNotTell, match="larger than"):
        copy_out(there, WEB, "/x", str(tmp_path), ignore)


@pytest.mark.parametrize(
    ("place", "error", "told"),
    [
        ("/proc/none", UsageError, "/proc/none: No such file or directory"),
        ("/dev/full", CouldNotTell, "/dev/full: No space left on device"),
        ("{tmp}/here", UsageError, "{tmp}/here/x: Is a directory"),
        pytest.param("/etc/x", UsageError, "/etc/x: Permission denied", marks=AS_USER),
    ],
)
def test_place_that_takes_no_file_is_told(
    tmp_path: Path, place: str, error: type[Exception], told: str
) -> None:
    (tmp_path / "here" / "x").mkdir(parents=True)
    with pytest.raises(error) as caught:
        copy_out(with_file(b"1"), WEB, "/x", place.format(tmp=tmp_path), ignore)
    assert str(caught.value) == told.format(tmp=tmp_path)


class Machine:
    """Runs what a node is asked on this machine, as whoever runs the test."""

    def run(self, _ref: NodeRef, command: Sequence[str], *, stdin: bytes, **_: Any) -> Output:
        done = subprocess.run(command, input=stdin, capture_output=True, check=False)
        return Output(done.returncode, done.stdout, done.stderr)


THERE = cast(Backend, Machine())


@pytest.mark.parametrize(("ours", "theirs"), [(0o600, 0o600), (0o755, 0o755), (0o666, 0o644)])
def test_file_goes_in_with_its_mode_and_keeps_that_of_what_is_there(
    tmp_path: Path, ours: int, theirs: int
) -> None:
    (tmp_path / "node").mkdir()
    (tmp_path / "tool").write_bytes(b"#!")
    (tmp_path / "tool").chmod(ours)
    copy_in(THERE, WEB, tmp_path / "tool", f"{tmp_path}/node/", ignore)
    assert (tmp_path / "node" / "tool").read_bytes() == b"#!"
    assert mode_of(tmp_path / "node" / "tool") == theirs
    (tmp_path / "node" / "tool").chmod(0o640)
    copy_in(THERE, WEB, tmp_path / "tool", f"{tmp_path}/node/tool", ignore)
    assert mode_of(tmp_path / "node" / "tool") == 0o640


def test_folder_goes_in_whole_twice_and_what_is_no_file_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "node").mkdir()
    (tmp_path / "conf" / "on").mkdir(parents=True)
    (tmp_path / "conf" / "a").write_bytes(b"A")
    (tmp_path / "conf" / "on" / "a").symlink_to("../a")
    os.mkfifo(tmp_path / "conf" / "fifo")
    (tmp_path / "link").symlink_to("conf")
    told: list[str] = []
    for _ in range(2):
        copy_in(THERE, WEB, tmp_path / "link", f"{tmp_path}/node", told.append)
    found = tmp_path / "node" / "link"
    assert sorted(p.name for p in found.rglob("*")) == ["a", "a", "on"]
    assert (found / "on" / "a").readlink() == Path("../a")
    assert told[0] == "left out link/fifo: it is neither a file, nor a folder, nor a link"


def test_missing_folder_in_the_node_is_told_in_a_plain_line(tmp_path: Path) -> None:
    (tmp_path / "x").touch()
    with pytest.raises(UsageError) as caught:
        copy_in(THERE, WEB, tmp_path / "x", f"{tmp_path}/none/x", ignore)
    assert str(caught.value).startswith("web1: cannot create regular file '")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("{tmp}/none", "{tmp}/none: No such file or directory"),
        ("/dev/null", "/dev/null is neither a file nor a folder"),
        pytest.param("/etc/shadow", "/etc/shadow: Permission denied", marks=AS_USER),
    ],
)
def test_source_that_cannot_be_read_is_told(tmp_path: Path, source: str, told: str) -> None:
    with pytest.raises(UsageError) as caught:
        copy_in(THERE, WEB, Path(source.format(tmp=tmp_path)), "/tmp/x", ignore)
    assert str(caught.value) == told.format(tmp=tmp_path)
