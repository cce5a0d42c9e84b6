"""How an etcd member without data finds out what it is: its own program, rendered."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import pytest

from barelab.model.loading import load_lab
from barelab.render.templating import render

ROOT = Path(__file__).resolve().parents[3]
SOURCE = ROOT / "images/etcd/files/usr/local/lib/etcd/join.j2"
EXISTING = "ETCD_INITIAL_CLUSTER_STATE=existing\n"


def member(node: str, *, name: str | None = None, up: bool = True) -> dict[str, Any]:
    """A member as etcd tells it: one that was never up tells no clients."""
    found: dict[str, Any] = {"id": 255, "name": node if name is None else name}
    found["peerURLs"] = [f"https://{node}:2380"]
    return found | ({"clientURLs": [f"https://{node}:2379"]} if up else {})


class Case(NamedTuple):
    """What the others know, and what the node must do about it."""

    name: str
    known: list[dict[str, Any]] | None
    changes: list[tuple[str, ...]]
    joins: bool


ADD = ("add", "db2", "--peer-urls=https://db2:2380")
CASES = (
    Case("nobody_is_there", None, [], joins=False),
    Case("others_were_faster", [member("db1"), member("db2", up=False)], [], joins=False),
    Case("it_lost_its_data", [member("db1"), member("db2")], [("remove", "ff"), ADD], joins=True),
    Case("taken_out_already", [member("db1")], [ADD], joins=True),
    Case("taken_in_already", [member("db1"), member("db2", name="", up=False)], [], joins=True),
)


@pytest.fixture
def program(tmp_path: Path) -> ModuleType:
    """The program of db2, without data."""
    lab = load_lab("redundant-ha")
    words = {"lab": lab, "node": lab.node("db2"), "made_by": "a test"}
    module = ModuleType("join")
    exec(compile(render(SOURCE, words), str(SOURCE), "exec"), module.__dict__)
    module.DATA, module.FOUND = tmp_path / "member", tmp_path / "join"
    return module


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_member_without_data_finds_its_place(
    case: Case, program: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[tuple[str, ...]] = []
    monkeypatch.setattr(program, "members", lambda node: case.known)
    monkeypatch.setattr(program, "change", lambda *what: done.append(what))
    program.main()
    assert done == case.changes
    assert program.FOUND.exists() == case.joins
    assert not case.joins or program.FOUND.read_text() == EXISTING


def test_a_member_with_data_asks_nobody(
    program: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(program, "members", lambda node: pytest.fail("asked"))
    program.DATA.mkdir()
    program.main()
    assert not program.FOUND.exists()


def test_others_that_refuse_are_no_reason_to_go_on(
    program: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = type("Done", (), {"returncode": 1})
    monkeypatch.setattr(program.subprocess, "run", lambda *_, **__: refused)
    with pytest.raises(SystemExit, match="do not agree to member add"):
        program.change(*ADD)
