"""`logs` asks the right node for the right lines, or says in one line what does not fit."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

import pytest
from click.testing import CliRunner

from barelab.backends.base import NodeRef, NodeSeen, NodeState, Output, SeatRef, Snapshot
from barelab.cli import logs as logs_module
from barelab.model.loading import load_lab
from barelab.support.errors import BarelabError, CouldNotTell, UsageError

LINES = [{"node": "lb1", "message": "one"}, {"node": "app1", "message": "two"}]


@dataclass
class Engine:
    """An engine with one seat of a lab; it keeps what was run, and prints one answer to all."""

    lab: str
    without: str = ""
    answer: Output = field(
        default_factory=lambda: Output(0, "\n".join(map(json.dumps, LINES)).encode(), b"")
    )
    ran: list[tuple[str, tuple[str, ...], str]] = field(default_factory=list)

    def observe(self, owner: SeatRef | None = None) -> Snapshot:
        names = [node.name for node in load_lab(self.lab).nodes if node.name != self.without]
        refs = [NodeRef(SeatRef(self.lab, "default"), name) for name in names]
        nodes = tuple(
            NodeSeen(ref, ref.node, NodeState.RUNNING, "", {}, {}, "", "", 1, 0, False)
            for ref in refs
        )
        return Snapshot((), nodes, (), frozenset(), {}, frozenset())

    def run(self, ref: NodeRef, command: Sequence[str], *, user: str, **limits: Any) -> Output:
        self.ran.append((ref.node, tuple(command), user))
        return self.answer

    def pass_through(
        self, ref: NodeRef, command: Sequence[str], user: str, *streams: object
    ) -> NoReturn:
        self.ran.append((ref.node, tuple(command), user))
        raise SystemExit(0)


def call(monkeypatch: pytest.MonkeyPatch, engine: Engine, *words: str) -> str:
    """Run `barelab logs` on an engine, return what it prints and raise what it raises."""
    monkeypatch.setattr(logs_module, "open_backend", lambda: engine)
    done = CliRunner().invoke(logs_module.logs, list(words))
    if isinstance(done.exception, BarelabError):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.output


@pytest.mark.parametrize(
    ("words", "ran"),
    [
        ("app1", ("app1", "journalctl --no-pager -n 50", "root")),
        ("app1 -f -n 5 -u app", ("app1", "journalctl --no-pager -n 5 -f -u app", "root")),
        (
            "app1 --grep x",
            ("app1", "journalctl --no-pager -n 50 --grep=x --case-sensitive=yes", "root"),
        ),
        ("--all", ("log1", "node-logs -n 50", "ops")),
        ("--all --grep -x -f", ("log1", "node-logs -n 50 -f --grep=-x", "ops")),
    ],
)
def test_lines_come_from_the_node_that_has_them(
    monkeypatch: pytest.MonkeyPatch, words: str, ran: tuple[str, str, str]
) -> None:
    engine = Engine("production")
    call(monkeypatch, engine, *words.split())
    ((node, command, user),) = engine.ran
    assert (node, " ".join(command), user) == ran


def test_json_is_one_object_with_all_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Engine("production")
    told = json.loads(call(monkeypatch, engine, "--all", "--json", "-n", "2"))
    assert told == {"schema": 1, "lines": LINES}
    assert engine.ran == [("log1", ("node-logs", "-n", "2", "--json"), "ops")]


@pytest.mark.parametrize(("lab", "without"), [("simple", ""), ("production", "log1")])
def test_lab_without_log_server_says_so(
    monkeypatch: pytest.MonkeyPatch, lab: str, without: str
) -> None:
    with pytest.raises(UsageError, match=f"^{lab} has no log server; `barelab logs NODE` shows"):
        call(monkeypatch, Engine(lab, without), "--all")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "name a node, or take --all"),
        (["app1", "--all"], "--all shows every node's lines"),
        (["app1", "--json"], "--json goes with --all"),
        (["--all", "--json", "-f"], "--json ends with the last line"),
        (["--all", "--grep", "a("], "'a\\(' is no regular expression"),
    ],
)
def test_what_does_not_fit_together_is_refused(
    monkeypatch: pytest.MonkeyPatch, words: list[str], told: str
) -> None:
    engine = Engine("production")
    with pytest.raises(UsageError, match=told):
        call(monkeypatch, engine, *words)
    assert engine.ran == []


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (Output(0, b"{}", b"", cut=True), "ask for fewer lines"),
        (Output(127, b"", b"node-logs: not found"), "log1 cannot tell its lines: node-logs: not"),
    ],
)
def test_lines_that_cannot_be_had_are_no_answer(
    monkeypatch: pytest.MonkeyPatch, answer: Output, told: str
) -> None:
    with pytest.raises(CouldNotTell, match=told):
        call(monkeypatch, Engine("production", answer=answer), "--all", "--json")
