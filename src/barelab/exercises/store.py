"""Attempts and their gradings in SQLite; of machines only which ones an attempt began on."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import Enum
from pathlib import Path

from barelab.backends.base import SeatRef
from barelab.grading.results import Result
from barelab.support.errors import CouldNotTell, UsageError
from barelab.support.paths import data_dir

# Each brings a file from its number to the next; `user_version` says where a file is.
MIGRATIONS = (
    """
    CREATE TABLE attempts (
        id INTEGER PRIMARY KEY,
        seat TEXT NOT NULL, lab TEXT NOT NULL, exercise TEXT NOT NULL, seed INTEGER NOT NULL,
        started_at TEXT NOT NULL, ended_at TEXT, outcome TEXT,
        hints INTEGER NOT NULL DEFAULT 0, solution_at TEXT, nodes TEXT NOT NULL
    );
    CREATE UNIQUE INDEX one_open_attempt ON attempts (seat) WHERE ended_at IS NULL;
    CREATE TABLE gradings (
        id INTEGER PRIMARY KEY,
        attempt INTEGER NOT NULL REFERENCES attempts (id),
        at TEXT NOT NULL, kind TEXT NOT NULL, verdict TEXT NOT NULL,
        points INTEGER NOT NULL, max_points INTEGER NOT NULL, result TEXT NOT NULL
    );
    CREATE INDEX gradings_of_attempt ON gradings (attempt);
    """,
    """
    ALTER TABLE attempts ADD COLUMN counts TEXT NOT NULL DEFAULT '{}';
    ALTER TABLE attempts ADD COLUMN diagnosis TEXT NOT NULL DEFAULT '{}';
    ALTER TABLE attempts ADD COLUMN made_for TEXT NOT NULL DEFAULT '';
    ALTER TABLE attempts ADD COLUMN points INTEGER;
    ALTER TABLE attempts ADD COLUMN max_points INTEGER;
    CREATE TABLE verified (result TEXT PRIMARY KEY, file TEXT NOT NULL, at TEXT NOT NULL);
    """,
)
_BUSY_S = 10.0


class Outcome(Enum):
    """How an attempt ended."""

    PASSED = "passed"
    ABANDONED = "abandoned"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at an exercise.

    `nodes` are the engine's ids of the nodes that it began on, `counts` the application's data
    before the break, `diagnosis` the choices by part, `made_for` what its result is to bear. The
    points are there once it ended with a pass.
    """

    id: int
    seat: str
    lab: str
    exercise: str
    seed: int
    started_at: str
    ended_at: str | None
    outcome: Outcome | None
    hints: int
    solution_at: str | None
    nodes: Mapping[str, str]
    counts: Mapping[str, int]
    diagnosis: Mapping[str, str]
    made_for: str
    points: int | None
    max_points: int | None

    @property
    def owner(self) -> SeatRef:
        """The seat that it is made on; its `option` is what a command needs to mean it."""
        return SeatRef(self.lab, self.seat)

    def as_json(self) -> dict[str, object]:
        """Return the attempt as the command line's JSON has it."""
        return {
            "id": self.id,
            "exercise": self.exercise,
            "seed": self.seed,
            "lab": self.lab,
            "seat": self.seat,
            "started_at": self.started_at,
            "hints": self.hints,
        }


@dataclass(frozen=True, slots=True)
class Tally:
    """What is known of all attempts at one exercise together."""

    exercise: str
    attempts: int
    passed: int
    hints: int
    best_points: int
    max_points: int


class Store:
    """The file `progress.sqlite`. Every call is one transaction: a kill leaves before or after."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or data_dir() / "progress.sqlite"
        with self._transaction() as db:
            _migrate(db, self._path)

    def begin(
        self,
        seat: str,
        lab: str,
        exercise: str,
        seed: int,
        nodes: Mapping[str, str],
        counts: Mapping[str, int],
        made_for: str = "",
    ) -> Attempt:
        """Note a new attempt.

        Raises:
            UsageError: the seat has an open one.
        """
        values = (seat, lab, exercise, seed, _now(), _json(nodes), _json(counts), made_for)
        try:
            with self._transaction() as db:
                db.execute(
                    "INSERT INTO attempts"
                    " (seat, lab, exercise, seed, started_at, nodes, counts, made_for)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    values,
                )
        except sqlite3.IntegrityError:
            raise UsageError(f"seat {seat} has an open attempt by now") from None
        opened = self.open_attempt(seat)
        if opened is None:
            raise CouldNotTell(f"{self._path} did not keep the attempt")
        return opened

    def note_nodes(
        self, attempt: Attempt, nodes: Mapping[str, str], counts: Mapping[str, int]
    ) -> None:
        """Note that an attempt goes on with nodes that were made and broken anew."""
        with self._transaction() as db:
            db.execute(
                "UPDATE attempts SET nodes = ?, counts = ? WHERE id = ?",
                (_json(nodes), _json(counts), attempt.id),
            )

    def note_diagnosis(self, attempt: Attempt, diagnosis: Mapping[str, str]) -> None:
        """Keep what the learner says was wrong."""
        with self._transaction() as db:
            db.execute(
                "UPDATE attempts SET diagnosis = ? WHERE id = ?", (_json(diagnosis), attempt.id)
            )

    def first_file(self, result: str, file: str) -> str:
        """Return the file in which a result was first verified here, which is this one if none."""
        with self._transaction() as db:
            db.execute("INSERT OR IGNORE INTO verified VALUES (?, ?, ?)", (result, file, _now()))
            row = db.execute("SELECT file FROM verified WHERE result = ?", (result,)).fetchone()
        return str(row[0])

    def open_attempt(self, seat: str) -> Attempt | None:
        """Return the seat's open attempt, if it has one."""
        with self._transaction() as db:
            row = db.execute(
                "SELECT * FROM attempts WHERE seat = ? AND ended_at IS NULL", (seat,)
            ).fetchone()
        return _attempt(row) if row else None

    def end(
        self,
        attempt: Attempt,
        outcome: Outcome,
        points: int | None = None,
        max_points: int | None = None,
    ) -> None:
        """Close an attempt; a closed one stays as it is."""
        with self._transaction() as db:
            db.execute(
                "UPDATE attempts SET ended_at = ?, outcome = ?, points = ?, max_points = ?"
                " WHERE id = ? AND ended_at IS NULL",
                (_now(), outcome.value, points, max_points, attempt.id),
            )

    def note_hint(self, attempt: Attempt, number: int) -> None:
        """Note that the learner was given the first `number` hints."""
        with self._transaction() as db:
            db.execute(
                "UPDATE attempts SET hints = max(hints, ?) WHERE id = ?", (number, attempt.id)
            )

    def note_solution(self, attempt: Attempt) -> None:
        """Note that the learner was shown the solution; the first time counts."""
        with self._transaction() as db:
            db.execute(
                "UPDATE attempts SET solution_at = coalesce(solution_at, ?) WHERE id = ?",
                (_now(), attempt.id),
            )

    def note_grading(self, attempt: Attempt, kind: str, result: Result) -> None:
        """Keep a result; `kind` is `check` or `finish`."""
        with self._transaction() as db:
            db.execute(
                "INSERT INTO gradings (attempt, at, kind, verdict, points, max_points, result)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    attempt.id,
                    _now(),
                    kind,
                    result.verdict.value,
                    result.points,
                    result.max_points,
                    json.dumps(result.as_json()),
                ),
            )

    def tallies(self) -> Mapping[str, Tally]:
        """Return what is known of each exercise that was ever attempted, by its name."""
        with self._transaction() as db:
            rows = db.execute(
                "SELECT exercise, count(*), sum(outcome IS 'passed'), sum(hints),"
                " coalesce(max(points), 0), coalesce(max(max_points), 0)"
                " FROM attempts GROUP BY exercise"
            ).fetchall()
        return {row[0]: Tally(*row) for row in rows}

    def passed_on(self) -> tuple[date, ...]:
        """Return the days, in local time, on which an exercise was passed, in order."""
        with self._transaction() as db:
            rows = db.execute("SELECT ended_at FROM attempts WHERE outcome = 'passed'").fetchall()
        return tuple(sorted({datetime.fromisoformat(row[0]).astimezone().date() for row in rows}))

    def under_way(self) -> frozenset[str]:
        """Return the names of the exercises with an open attempt."""
        with self._transaction() as db:
            rows = db.execute("SELECT exercise FROM attempts WHERE ended_at IS NULL").fetchall()
        return frozenset(row[0] for row in rows)

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        try:
            db = sqlite3.connect(self._path, timeout=_BUSY_S, isolation_level="IMMEDIATE")
        except sqlite3.Error as error:
            raise CouldNotTell(f"{self._path} cannot be opened: {error}") from error
        try:
            db.row_factory = sqlite3.Row
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA foreign_keys = ON")
            with db:
                yield db
        except sqlite3.IntegrityError:
            raise
        except sqlite3.Error as error:
            raise CouldNotTell(f"{self._path} cannot be used: {error}") from error
        finally:
            db.close()


def _migrate(db: sqlite3.Connection, path: Path) -> None:
    if _version(db) == len(MIGRATIONS):
        return
    db.execute("BEGIN IMMEDIATE")  # Another process may be at it: the version counts from here.
    version = _version(db)
    if version > len(MIGRATIONS):
        raise CouldNotTell(f"{path} was written by a newer barelab; use that one")
    for script in MIGRATIONS[version:]:
        for statement in script.split(";"):
            db.execute(statement)
    db.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")


def _version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def _attempt(row: sqlite3.Row) -> Attempt:
    fields = dict(row)
    outcome = Outcome(fields.pop("outcome")) if row["outcome"] else fields.pop("outcome")
    maps = {name: json.loads(fields.pop(name)) for name in ("nodes", "counts", "diagnosis")}
    return Attempt(**fields, outcome=outcome, **maps)


def _json(mapping: Mapping[str, object]) -> str:
    return json.dumps(dict(mapping))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
