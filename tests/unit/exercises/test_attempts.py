"""Attempts: what a learner may do when, and on which nodes a verdict counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

import pytest

from barelab.backends.base import (
    NetworkSeen,
    NodeRef,
    NodeSeen,
    NodeState,
    SeatRef,
    Snapshot,
)
from barelab.exercises import attempts as module
from barelab.exercises.attempts import Attempts
from barelab.exercises.progress import next_up, standings
from barelab.exercises.store import Attempt, Outcome, Store
from barelab.grading.results import CheckResult, Result, Verdict
from barelab.model.loading import load_exercise
from barelab.support.errors import AnswerIsNo, CouldNotTell, UsageError

EXERCISE = load_exercise("nginx/bad-gateway")
OWNER = SeatRef("simple", "default")


class Engine:
    """An engine that knows the ids of a seat's nodes, and nothing else."""

    name = "fake"
    machines = False

    def __init__(self) -> None:
        self.ids = {"web1": "w", "app1": "a"}

    def of(self, _: SeatRef) -> Engine:
        return self

    def observe(self, _: SeatRef | None = None) -> Snapshot:
        nodes = tuple(
            NodeSeen(NodeRef(OWNER, n), i, NodeState.RUNNING, "", {}, {}, "", "", 1, 0, False)
            for n, i in self.ids.items()
        )
        network = NetworkSeen(OWNER, "public", "n", IPv4Network("10.0.0.0/24"), "")
        return Snapshot((network,), nodes, (), frozenset(), {}, frozenset())


class Seats:
    """A launcher that notes what it was asked for."""

    def __init__(self) -> None:
        self.done: list[str] = []

    def up(self, *_: Any) -> None:
        self.done.append("up")

    def reset(self, *_: Any) -> None:
        self.done.append("reset")

    def down(self, *_: Any) -> bool:
        return True


def _result(verdict: Verdict, names: tuple[str, ...] = EXERCISE.breaks) -> Result:
    return Result(tuple(CheckResult(n, n, verdict, 0, 1, "said so", 0.0) for n in names))


class Round:
    """A round whose results are set by the test."""

    broken = _result(Verdict.FAIL)
    finished = _result(Verdict.PASS)
    before: Mapping[str, int] = {"payments": 7}

    def __init__(self, *_: Any) -> None: ...

    def counted(self) -> Round:
        return self

    def break_(self) -> None: ...

    def passes(self, _name: str) -> bool:
        return False

    def check(self, *_: Any) -> Result:
        return self.broken

    def finish(self, *_: Any) -> Result:
        return self.finished


@pytest.fixture
def engine() -> Engine:
    """Return an engine with a seat's nodes."""
    return Engine()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Return an empty store."""
    return Store(tmp_path / "progress.sqlite")


@pytest.fixture
def learner(
    engine: Engine, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Attempts:
    """Return a learner's attempts, with rounds that do nothing."""
    monkeypatch.setattr(module, "Round", Round)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    return Attempts(store, engine)  # type: ignore[arg-type]


@pytest.fixture
def attempt(learner: Attempts) -> Attempt:
    """Return an attempt that has begun."""
    return learner.start(EXERCISE, 0, "default", Seats())


def test_a_start_over_nodes_that_are_there_makes_them_anew(
    learner: Attempts, engine: Engine
) -> None:
    seats = Seats()
    first = learner.start(EXERCISE, 0, "default", seats)
    learner.abandon(first)
    engine.ids = {}
    learner.start(EXERCISE, 0, "default", seats)
    assert seats.done == ["reset", "up"]


def test_what_needs_a_kernel_of_its_own_starts_on_machines_alone(
    learner: Attempts, engine: Engine
) -> None:
    exercise, seats = replace(EXERCISE, machines_only=True), Seats()
    with pytest.raises(UsageError, match=r"not applicable .*: `barelab down simple`, then"):
        learner.start(exercise, 0, "default", seats)
    engine.ids, ids = {}, engine.ids
    with pytest.raises(UsageError, match=r"own: `barelab up simple --backend vagrant`"):
        learner.start(exercise, 0, "default", seats)
    assert seats.done == []
    engine.ids, engine.machines = ids, True
    learner.start(exercise, 0, "default", seats)
    assert seats.done == ["reset"]


def test_nothing_starts_over_an_open_attempt(learner: Attempts, attempt: Attempt) -> None:
    seats = Seats()
    with pytest.raises(UsageError, match="is under way"):
        learner.start(EXERCISE, 0, "default", seats)
    assert seats.done == []


def test_a_break_that_does_not_show_opens_no_attempt(
    learner: Attempts, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Round, "broken", _result(Verdict.PASS))
    with pytest.raises(CouldNotTell, match="does not show"):
        learner.start(EXERCISE, 0, "default", Seats())
    assert store.open_attempt("default") is None


@pytest.mark.parametrize("ids", [{"web1": "new", "app1": "a"}, {"app1": "a"}, {}])
def test_nodes_that_were_made_anew_are_never_graded(
    learner: Attempts, attempt: Attempt, engine: Engine, ids: dict[str, str]
) -> None:
    engine.ids = ids
    with pytest.raises(CouldNotTell, match="was made anew or removed"):
        learner.finish(attempt)


def test_a_pass_ends_the_attempt_with_points_a_file_and_a_debrief(
    learner: Attempts, attempt: Attempt, store: Store
) -> None:
    learner.diagnose(attempt, {"where": EXERCISE.answers(0)["where"]})
    learner.hint(learner.current("default"))
    done = learner.finish(learner.current("default"))
    assert store.open_attempt("default") is None
    assert store.tallies()[EXERCISE.name].passed == 1
    assert done.score is not None
    assert (done.score.diagnosis, done.score.no_harm, done.score.hints) == (1, 2, 1)
    assert done.file is not None
    assert done.file.is_file()
    assert done.debrief.startswith("## What it was")


def test_where_nothing_is_wrong_the_pass_needs_the_right_diagnosis(
    learner: Attempts, attempt: Attempt, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = replace(EXERCISE, breaks=())
    monkeypatch.setattr(module, "load_exercise", lambda _: sound)
    assert learner.finish(attempt).result.verdict is Verdict.FAIL
    learner.diagnose(attempt, {**EXERCISE.answers(0), "where": "db1"})
    wrong = learner.finish(learner.current("default")).result
    assert wrong.checks[-1].evidence.startswith("not all of it is so")
    learner.diagnose(learner.current("default"), EXERCISE.answers(0))
    assert learner.finish(learner.current("default")).result.verdict is Verdict.PASS


def test_a_reset_goes_on_with_new_nodes(
    learner: Attempts, attempt: Attempt, engine: Engine
) -> None:
    engine.ids = {"web1": "new", "app1": "new"}
    learner.reset(attempt, Seats())
    now = learner.current("default")
    assert (now.id, now.nodes) == (attempt.id, engine.ids)
    assert learner.finish(now).result.verdict is Verdict.PASS


@pytest.mark.parametrize("verdict", [Verdict.FAIL, Verdict.COULD_NOT_GRADE])
def test_anything_else_leaves_it_open(
    learner: Attempts,
    attempt: Attempt,
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
    verdict: Verdict,
) -> None:
    monkeypatch.setattr(Round, "finished", _result(verdict))
    learner.finish(attempt)
    assert store.open_attempt("default") == attempt


def test_hints_come_one_by_one_and_end(learner: Attempts, attempt: Attempt) -> None:
    given = [learner.hint(learner.current("default")).text for _ in range(len(EXERCISE.hints))]
    assert given == list(EXERCISE.hints)
    with pytest.raises(AnswerIsNo):
        learner.hint(learner.current("default"))


def test_the_solution_marks_the_attempt_and_fits_the_seed(
    learner: Attempts, attempt: Attempt
) -> None:
    scripts = learner.solutions(attempt)
    assert learner.current("default").solution_at is not None
    assert "8010" in scripts["repair"]
    assert "#%" not in scripts["repair"]


def test_only_the_attempt_under_way_is_current(learner: Attempts) -> None:
    with pytest.raises(UsageError, match="no exercise is under way"):
        learner.current("default")
    learner.start(EXERCISE, 0, "default", Seats())
    with pytest.raises(UsageError, match="nginx/bad-gateway is under way"):
        learner.current("default", "postgres/no-login")


def test_progress_tells_states_and_what_is_next(
    learner: Attempts, attempt: Attempt, store: Store
) -> None:
    states = {each.name: each.state for each in standings(store)}
    assert states == {"nginx/bad-gateway": "under way", "postgres/no-login": "new"} | {
        name: "new" for name in states if name not in ("nginx/bad-gateway", "postgres/no-login")
    }
    store.end(attempt, Outcome.PASSED)
    assert {each.name: each.state for each in standings(store)}[attempt.exercise] == "passed"
    upcoming = next_up(standings(store))
    assert upcoming is not None
    assert upcoming.name != attempt.exercise
