"""Striking, repairing and looking up, on a backend that exists in memory only."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from barelab.backends.base import Backend, NodeRef, Output, SeatRef, Stream
from barelab.drills.ledger import Ledger, batches
from barelab.drills.operating import Runbook, commands_by_hand
from barelab.drills.striking import Striker
from barelab.drills.wrongs import Wrongs
from barelab.grading.subject import Subject
from barelab.model.drill import Fault, FaultKind, Moment, Step
from barelab.support.errors import CouldNotTell, Gone
from barelab.support.wait import until

OWNER = SeatRef("simple", "mine")
DB = NodeRef(OWNER, "db1")


class Beside:
    """A program beside a node; it is gone after a reboot."""

    def __init__(self, said: dict[str, Any], heard: list[Any]) -> None:
        self._said, self._heard = said, heard
        self.gone = False

    def ask(self, line: bytes, timeout_s: float) -> bytes:
        if self.gone:
            raise Gone("it is gone")
        self._heard.append(json.loads(line))
        return json.dumps(self._said).encode()

    def close(self) -> None:
        self.gone = True


@dataclass
class Engine:
    """A backend that notes what was done to nodes."""

    done: list[Any] = field(default_factory=list)
    said: dict[str, Any] = field(default_factory=lambda: {"before": 5.0, "there": 3})
    output: Output = field(default_factory=lambda: Output(0, b"", b""))
    streams: list[Beside] = field(default_factory=list)

    def beside(self, ref: NodeRef, program: str) -> Stream:
        self.streams.append(Beside(self.said, self.done))
        return self.streams[-1]

    def run(self, ref: NodeRef, command: Any, **more: Any) -> Output:
        self.done.append((ref.node, more.get("user", "root"), more.get("stdin", b"").decode()))
        return self.output

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda ref, *more: self.done.append((name, ref.node, *more))


def striker(engine: Engine, kind: FaultKind, **more: Any) -> Striker:
    fault = Fault(kind, "db1", **more)
    addresses = {"private": "10.0.0.7"}
    return Striker(cast(Backend, engine), DB, fault, addresses, lambda: 7.0, 60.0)


@pytest.mark.parametrize(
    ("kind", "struck", "lifted"),
    [
        (FaultKind.OFF, ("switch_off", "db1"), ("start_node", "db1", ())),
        (FaultKind.PAUSE, ("pause_node", "db1"), ("resume_node", "db1")),
        (FaultKind.CUT, ("cut", "db1", "private"), ("join", "db1", "private", "10.0.0.7")),
    ],
)
def test_what_lasts_is_lifted_once(kind: FaultKind, struck: Any, lifted: Any) -> None:
    engine = Engine()
    one = striker(engine, kind)
    one.prepare()
    assert one.strike() == 7.0
    assert one.in_force
    assert one.lift() == 7.0
    assert one.lift() is None
    one.roll_back()
    assert engine.done == [struck, lifted]


def test_a_node_without_power_is_known_to_do_nothing() -> None:
    one = striker(Engine(), FaultKind.OFF)
    one.strike()
    (span,) = one.still()["db1"]
    assert (span.begun, span.ended) == (7.0, float("inf"))
    one.switch_on()
    assert not one.in_force
    assert [s.ended for s in one.still()["db1"]] == [7.0]


def test_a_kill_strikes_when_the_signal_was_sent() -> None:
    engine = Engine()
    one = striker(engine, FaultKind.KILL, process="postgres")
    one.prepare()
    assert one.strike() == 5.0
    assert engine.done[-1] == {"do": "signal", "process": "postgres", "signal": "SIGKILL"}
    assert not one.in_force


def test_what_hangs_is_continued_even_when_our_program_was_removed() -> None:
    engine = Engine()
    one = striker(engine, FaultKind.HANG, process="gunicorn")
    one.prepare()
    one.strike()
    engine.streams[0].gone = True
    assert one.lift() == 7.0
    assert engine.done[-1] == {"do": "wake", "process": "gunicorn"}


def test_what_hung_and_was_killed_is_not_said_to_be_lifted() -> None:
    engine = Engine(said={"before": 5.0, "there": 0})
    one = striker(engine, FaultKind.HANG, process="gunicorn")
    one.prepare()
    one.strike()
    assert one.lift() is None
    assert not one.in_force


def test_a_process_that_is_not_there_cannot_be_struck() -> None:
    one = striker(Engine(said={"error": "no process x runs"}), FaultKind.KILL, process="x")
    with pytest.raises(CouldNotTell, match="db1: no process x runs"):
        one.prepare()


def test_a_script_leaves_its_undoing_in_the_node_before_it_strikes() -> None:
    engine = Engine()
    one = striker(engine, FaultKind.SCRIPT, prepare="wait\n", strike="break\n", undo="mend\n")
    one.prepare()
    one.strike()
    one.roll_back()
    assert [stdin for _, _, stdin in engine.done] == ["wait\n", "mend\n", "break\n", ""]


def test_any_fault_waits_for_what_must_be_there() -> None:
    engine = Engine()
    one = striker(engine, FaultKind.OFF, prepare="wait\n")
    one.prepare()
    one.strike()
    assert [done[-1] for done in engine.done] == ["wait\n", "db1"]


def test_nothing_is_wrong_since_the_database_first_said_so() -> None:
    engine = Engine(output=Output(0, b"3\n", b""))
    wrongs = Wrongs(cast(Backend, engine), OWNER, "SELECT 3")
    wrongs.look("db1", 10.0)
    assert (wrongs.since, wrongs.count("db1")) == (None, 3)
    engine.output = Output(0, b"0\n", b"")
    wrongs.look("db1", 11.0)  # too soon to be asked again
    assert wrongs.since is None
    for now in (12.0, 14.0):
        wrongs.look("db1", now)
    assert wrongs.since == 12.0


@pytest.mark.parametrize("output", [Output(1, b"0", b"ERROR"), Output(0, b"", b"")])
def test_a_database_that_does_not_say_is_no_answer(output: Output) -> None:
    wrongs = Wrongs(cast(Backend, Engine(output=output)), OWNER, "SELECT 0")
    wrongs.look("db1", 10.0)
    assert wrongs.since is None
    assert wrongs.count("db1") is None
    assert wrongs.count(None) is None


def runbook(engine: Engine, *steps: Step) -> Runbook:
    def switch_on(node: str) -> None:
        engine.done.append(("on", node))

    names = {"struck": "db1"}
    return Runbook(
        cast(Backend, engine),
        OWNER,
        steps,
        lambda word: names.get(word, word),
        switch_on,
        lambda: 9.0,
    )


def test_a_runbook_does_its_steps_when_they_are_due_as_an_operator() -> None:
    engine = Engine(output=Output(1, b"", b"no such unit"))
    steps = (
        Step(Moment.ALARM, "struck", "sudo systemctl restart x", False, 5.0),
        Step(Moment.HEALED, "db1", "", True, 5.0),
    )
    book = runbook(engine, *steps)
    book.due(Moment.STRIKE)
    assert not book.busy
    book.due(Moment.ALARM)
    book.due(Moment.HEALED)
    assert until(lambda: not book.busy, 5.0)
    assert engine.done == [("db1", "ops", "sudo systemctl restart x\n"), ("on", "db1")]
    assert [(c.node, c.code, c.said) for c in book.commands] == [
        ("db1", 1, "no such unit"),
        ("db1", 0, ""),
    ]


def test_what_a_person_did_is_read_from_the_nodes_journals() -> None:
    lines = [
        {"MESSAGE": "ops : COMMAND=/usr/bin/id", "__MONOTONIC_TIMESTAMP": "1000000"},
        {"MESSAGE": "ops : PWD=/ ; COMMAND=/bin/ls \x1b[2J", "__MONOTONIC_TIMESTAMP": "5500000"},
        {"MESSAGE": "session opened", "__MONOTONIC_TIMESTAMP": "6000000"},
        {"MESSAGE": [1, 2], "__MONOTONIC_TIMESTAMP": "6000000"},
    ]
    text = "\n".join(map(json.dumps, lines)) + "\nno json\n"
    engine = Engine(output=Output(0, text.encode(), b""))
    (command,) = commands_by_hand(cast(Backend, engine), OWNER, ["db1"], 5.0)
    assert (command.begun, command.node, command.text) == (5.5, "db1", "/bin/ls ")


@dataclass
class Asked:
    """An answer of a site."""

    said: Any
    status: int = 200

    @property
    def first(self) -> Any:
        return self

    @property
    def body(self) -> bytes:
        return json.dumps(self.said).encode()

    def json(self) -> Any:
        return self.said

    def all_have(self, status: int) -> bool:
        return self.status == status

    def told(self) -> str:
        return str(self.status)


class Application:
    """Keeps payments and tells of them; `rows` may be more than its keys."""

    def __init__(self) -> None:
        self.keys: list[str] = []
        self.more = 0
        self.silent = False
        self.lab = cast(Any, self)
        self.app = cast(Any, self)
        self.write, self.counts, self.read_many, self.read = "write", "counts", "many", "read"

    @property
    def expected(self) -> tuple[int, ...]:
        return (201,)

    def request(self, request: str, key: str = "") -> Asked:
        if request == "write":
            self.keys.append(key)
            return Asked({}, 201)
        if request == "counts":
            return Asked({"tickets": 5, "payments": 100 + len(self.keys) + self.more})
        if self.silent:
            return Asked("", 503)
        keys = key.split(",")
        there = [k for k in keys if k in self.keys]
        return Asked({"found": there, "missing": [k for k in keys if k not in there]})


@pytest.fixture
def application(monkeypatch: pytest.MonkeyPatch) -> Application:
    made = Application()
    made.write = cast(Any, Write())
    monkeypatch.setattr("barelab.drills.ledger._PATIENCE_S", 0.0)
    return made


class Write(str):
    """The request that writes."""

    expected = (201,)

    def __new__(cls) -> Write:
        return super().__new__(cls, "write")


def ledger(application: Application) -> Ledger:
    made = Ledger(cast(Subject, application), "run")
    made.open()
    return made


def test_every_id_is_looked_for_and_rows_are_counted(application: Application) -> None:
    book = ledger(application)
    ids = [f"run-{n}" for n in range(250)]
    application.keys += ids[:240]
    found = book.found([book.first, *ids])
    assert len(found.there) == 241
    assert set(found.gone) == set(ids[240:])
    assert (found.twice, len(found.unread)) == (0, 0)
    application.more = 3
    assert book.found([book.first, *ids]).twice == 3


def test_what_the_application_does_not_tell_is_unread(application: Application) -> None:
    book = ledger(application)
    application.silent = True
    found = book.found(["run-1", "run-2"])
    assert (set(found.unread), found.twice) == ({"run-1", "run-2"}, None)


def test_rows_that_are_fewer_than_ids_tell_nothing_of_duplicates(application: Application) -> None:
    book = ledger(application)
    application.keys.append("run-1")
    application.more = -1
    assert book.found([book.first, "run-1"]).twice is None


def test_ids_are_asked_for_a_hundred_at_a_time() -> None:
    assert [len(some) for some in batches(map(str, range(250)))] == [100, 100, 50]
