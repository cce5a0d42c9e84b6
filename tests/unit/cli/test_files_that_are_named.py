"""A name on the command line is the file or node that it looks like; a wrong one is told."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from barelab.backends.base import NodeRef, SeatRef
from barelab.cli import main, node
from barelab.launcher import copying

Cp = Callable[[str, str], list[object]]
COLON = "one of SRC and DST names a file in a node"


@pytest.fixture
def cp(monkeypatch: pytest.MonkeyPatch) -> Cp:
    """Return which way `barelab cp` would copy what, or how it refuses."""

    def call(source: str, target: str) -> list[object]:
        done: list[object] = []
        owner = SeatRef("simple", "default")
        monkeypatch.setattr(node, "open_backend", lambda: None)
        monkeypatch.setattr(node, "find_node", lambda _, name, *__: NodeRef(owner, name))
        for way in ("copy_in", "copy_out"):

            def copy(_: object, ref: NodeRef, *what: object, way: str = way) -> None:
                done.extend([way, ref.node, *map(str, what[:2])])

            monkeypatch.setattr(copying, way, copy)
        monkeypatch.setattr("sys.argv", ["barelab", "cp", source, target])
        done.append(main.run())
        return done

    return call


@pytest.mark.parametrize(
    ("source", "target", "done"),
    [
        ("web1:/etc/x", "out/", ["copy_out", "web1", "/etc/x", "out/", 0]),
        ("x", "web1:/tmp/", ["copy_in", "web1", "x", "/tmp/", 0]),
        ("./a:b", "web1:/tmp/", ["copy_in", "web1", "a:b", "/tmp/", 0]),
        ("/tmp/a:b", "web1:/tmp/", ["copy_in", "web1", "/tmp/a:b", "/tmp/", 0]),
        ("web1:/etc/x", "./a:b", ["copy_out", "web1", "/etc/x", "./a:b", 0]),
        ("web1:/etc/a:b", ".", ["copy_out", "web1", "/etc/a:b", ".", 0]),
    ],
)
def test_name_with_a_colon_before_any_slash_is_a_node(
    cp: Cp, source: str, target: str, done: list[object]
) -> None:
    assert cp(source, target) == done


@pytest.mark.parametrize(("source", "target"), [("a", "b"), ("web1:/a", "app1:/a"), ("./a:b", "c")])
def test_copy_is_between_here_and_a_node(
    cp: Cp, capfd: pytest.CaptureFixture[str], source: str, target: str
) -> None:
    assert cp(source, target) == [2]
    assert COLON in capfd.readouterr().err


@pytest.mark.parametrize(("form", "place"), [("diagram", "/etc"), ("compose", "/proc/none")])
def test_output_that_cannot_be_written_is_told(
    form: str, place: str, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ["barelab", "render", "simple", "--to", form, "--output", place]
    monkeypatch.setattr("sys.argv", words)
    assert main.run() == 2
    (line,) = capfd.readouterr().err.splitlines()
    assert line.startswith(f"barelab: {place}")
