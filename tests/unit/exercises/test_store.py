"""The store: one open attempt a seat, nothing lost, old files brought forward."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from barelab.exercises.store import MIGRATIONS, Outcome, Store
from barelab.grading.results import CheckResult, Result, Verdict
from barelab.support.errors import CouldNotTell, UsageError

PASSED = Result((CheckResult("page", "Page", Verdict.PASS, 3, 3, "200", 0.1),))
FAILED = Result((CheckResult("page", "Page", Verdict.FAIL, 0, 3, "502", 0.1),))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return the path of a file that is not there yet."""
    return tmp_path / "progress.sqlite"


def test_an_attempt_is_kept_over_processes(path: Path) -> None:
    begun = Store(path).begin("default", "simple", "web/tiny", 7, {"web1": "abc"}, {})
    assert Store(path).open_attempt("default") == begun
    assert (begun.seed, begun.nodes, begun.outcome) == (7, {"web1": "abc"}, None)


def test_a_seat_has_one_open_attempt_at_most(path: Path) -> None:
    store = Store(path)
    first = store.begin("default", "simple", "web/tiny", 0, {}, {})
    with pytest.raises(UsageError):
        store.begin("default", "simple", "web/other", 0, {}, {})
    store.begin("another", "simple", "web/tiny", 0, {}, {})
    store.end(first, Outcome.ABANDONED)
    assert store.open_attempt("default") is None
    store.begin("default", "simple", "web/other", 0, {}, {})


def test_a_closed_attempt_stays_as_it_ended(path: Path) -> None:
    store = Store(path)
    attempt = store.begin("default", "simple", "web/tiny", 0, {}, {})
    store.end(attempt, Outcome.PASSED)
    store.end(attempt, Outcome.ABANDONED)
    assert store.tallies()["web/tiny"].passed == 1


def test_hints_never_go_back(path: Path) -> None:
    store = Store(path)
    attempt = store.begin("default", "simple", "web/tiny", 0, {}, {})
    store.note_hint(attempt, 2)
    store.note_hint(attempt, 1)
    opened = store.open_attempt("default")
    assert opened is not None
    assert opened.hints == 2


def test_the_tally_takes_the_best_of_the_passes(path: Path) -> None:
    store = Store(path)
    for points in (9, 12, 7):
        attempt = store.begin("default", "simple", "web/tiny", 0, {}, {})
        store.note_grading(attempt, "check", PASSED)
        store.note_grading(attempt, "finish", FAILED)
        store.end(attempt, Outcome.PASSED, points, 15)
    store.begin("default", "simple", "web/tiny", 0, {}, {})
    tally = store.tallies()["web/tiny"]
    assert (tally.best_points, tally.max_points, tally.attempts, tally.passed) == (12, 15, 4, 3)
    assert store.under_way() == {"web/tiny"}


def test_an_attempt_knows_its_data_its_diagnosis_and_whom_it_is_for(path: Path) -> None:
    store = Store(path)
    attempt = store.begin("default", "simple", "web/tiny", 0, {"a": "1"}, {"payments": 7}, "monday")
    store.note_diagnosis(attempt, {"where": "web1"})
    store.note_nodes(attempt, {"a": "2"}, {"payments": 9})
    now = Store(path).open_attempt("default")
    assert now is not None
    assert (now.nodes, now.counts, now.made_for) == ({"a": "2"}, {"payments": 9}, "monday")
    assert now.diagnosis == {"where": "web1"}


def test_the_days_with_a_pass_are_known(path: Path) -> None:
    store = Store(path)
    store.end(store.begin("a", "simple", "web/tiny", 0, {}, {}), Outcome.PASSED, 1, 1)
    store.end(store.begin("b", "simple", "web/tiny", 0, {}, {}), Outcome.PASSED, 1, 1)
    store.end(store.begin("c", "simple", "web/tiny", 0, {}, {}), Outcome.ABANDONED)
    assert len(store.passed_on()) == 1


def test_a_file_of_a_newer_barelab_is_not_touched(path: Path) -> None:
    Store(path)
    with sqlite3.connect(path) as db:
        db.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    with pytest.raises(CouldNotTell, match="newer barelab"):
        Store(path)


def test_every_older_file_is_brought_to_the_newest_form(path: Path, tmp_path: Path) -> None:
    for version in range(len(MIGRATIONS)):
        old = tmp_path / f"{version}.sqlite"
        with sqlite3.connect(old) as db:
            db.executescript(";".join(MIGRATIONS[:version]))
            db.execute(f"PRAGMA user_version = {version}")
        Store(old).begin("default", "simple", "web/tiny", 0, {}, {})


def test_an_attempt_of_the_first_form_goes_on_in_the_newest(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.executescript(MIGRATIONS[0])
        db.execute(
            "INSERT INTO attempts (seat, lab, exercise, seed, started_at, nodes, hints)"
            " VALUES ('default', 'simple', 'web/tiny', 3, '2026-01-01T00:00:00+00:00', '{}', 2)"
        )
        db.execute("PRAGMA user_version = 1")
    found = Store(path).open_attempt("default")
    assert found is not None
    assert (found.seed, found.hints, found.counts, found.diagnosis) == (3, 2, {}, {})


def test_what_is_no_database_is_named(path: Path) -> None:
    path.write_text("this is no database, and long enough to be read as one " * 20)
    with pytest.raises(CouldNotTell, match=r"progress\.sqlite"):
        Store(path)


def test_a_kill_in_the_middle_leaves_the_state_before(path: Path) -> None:
    Store(path).begin("default", "simple", "web/tiny", 0, {}, {})
    program = (
        "import os, signal\nfrom pathlib import Path\nfrom barelab.exercises.store import Store\n"
        f"store = Store(Path({str(path)!r}))\n"
        "with store._transaction() as db:\n"
        "    db.execute(\"UPDATE attempts SET ended_at = 'x'\")\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    subprocess.run([sys.executable, "-c", program], check=False)
    assert Store(path).open_attempt("default") is not None
