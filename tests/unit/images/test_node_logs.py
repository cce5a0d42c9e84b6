"""The log server's own reader: lines of all nodes in order of time, each once."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[3]
SOURCE = ROOT / "images/log/files/usr/local/bin/node-logs"
Show = Callable[..., list[str]]


def line(second: int, node: str, message: str, **more: object) -> str:
    moment = f"2026-01-31T12:00:{second:02}.000000+00:00"
    return json.dumps({"time": moment, "node": node, "message": message, **more})


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """The folder of all logs, with lines of two nodes and two days."""
    kept = {
        "lb1/2026-01-30.log": [line(1, "lb1", "old")],
        "lb1/2026-01-31.log": [line(2, "lb1", "a"), line(4, "lb1", "c"), line(4, "lb1", "c")],
        "app1/2026-01-31.log": [line(3, "app1", "b", unit="app.service", identifier="app", pid=7)],
    }
    for name, lines in kept.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("".join(f"{each}\n" for each in lines))
    return tmp_path


@pytest.fixture
def program(place: Path) -> ModuleType:
    """The program, which reads that folder."""
    module = ModuleType("node_logs")
    exec(compile(SOURCE.read_text(), str(SOURCE), "exec"), module.__dict__)
    module.__dict__["PLACE"] = place
    return module


@pytest.fixture
def show(
    program: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Show:
    """Return what runs the program and returns the lines that it prints."""

    def run(*words: str) -> list[str]:
        monkeypatch.setattr(sys, "argv", ["node-logs", *words])
        program.main()
        return capsys.readouterr().out.splitlines()

    return run


def messages(lines: list[str]) -> list[str]:
    return [each.partition(": ")[2] for each in lines]


def test_lines_of_all_nodes_are_in_order_and_each_is_there_once(show: Show) -> None:
    assert messages(show()) == ["old", "a", "b", "c"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["-n", "2"], ["b", "c"]),
        (["-n", "0"], []),
        (["--node", "app1"], ["b"]),
        (["-u", "app"], ["b"]),
        (["-u", "app.service"], ["b"]),
        (["--grep", "lb1 .*: [ab]"], ["a"]),
        (["--grep", "nothing"], []),
    ],
)
def test_only_what_is_asked_for_is_shown(show: Show, words: list[str], found: list[str]) -> None:
    assert messages(show(*words)) == found


def test_many_lines_are_no_other_than_few(show: Show, program: ModuleType, place: Path) -> None:
    program.__dict__["AT_ONCE"] = 3
    lines = [line(number % 60, "db1", f"m{number}") for number in range(40)]
    (place / "db1").mkdir()
    (place / "db1" / "2026-01-31.log").write_text("".join(f"{each}\n" for each in lines))
    assert messages(show("-n", "5")) == ["m35", "m36", "m37", "m38", "m39"]


def test_line_tells_when_who_and_what(show: Show) -> None:
    assert show("--node", "app1") == ["2026-01-31T12:00:03.000000+00:00 app1 app[7]: b"]
    (told,) = map(json.loads, show("--node", "app1", "--json"))
    assert (told["unit"], told["pid"]) == ("app.service", 7)


def test_line_cannot_move_the_cursor_and_half_a_line_waits(show: Show, place: Path) -> None:
    with (place / "app1" / "2026-01-31.log").open("a") as file:
        file.write(line(5, "app1", "\x1b[2Jx") + "\n" + '{"time": "2026')
    assert messages(show("-n", "1")) == ["\\x1b[2Jx"]


def test_broken_line_is_shown_as_it_is(show: Show, place: Path) -> None:
    (place / "app1" / "2026-01-31.log").write_text('{"time": \n')
    assert show("--node", "app1") == ['- - -: {"time": ']
    assert json.loads(show("--node", "app1", "--json")[0]) == {"message": '{"time": '}


def test_lines_that_come_later_are_shown_when_whole(program: ModuleType, place: Path) -> None:
    before = {path: path.stat().st_size for path in program.files("*")}
    with (place / "lb1" / "2026-01-31.log").open("a") as file:
        file.write("whole\nha")
        file.flush()
        assert list(program.added(before, "*")) == ["whole"]
        file.write("lf\n")
    (place / "lb1" / "2026-02-01.log").write_text("new day\n")
    assert sorted(program.added(before, "*")) == ["half", "new day"]
    assert list(program.added(before, "*")) == []
