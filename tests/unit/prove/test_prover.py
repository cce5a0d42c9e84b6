"""Prove the prover: whatever a grader does wrong, the matrix says so."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from barelab.grading.results import CheckResult, Result, Verdict
from barelab.model.exercise import Exercise, Question
from barelab.prove import prover, show
from barelab.prove.cells import KINDS, Case, Cell, Matrix
from barelab.prove.prover import prove
from barelab.support.errors import CouldNotTell

EXERCISE = Exercise(
    name="web/tiny",
    path=Path("exercises/web/tiny"),
    title="Tiny",
    lab="tiny",
    level=1,
    minutes=5,
    variants=({"how": "a"}, {"how": "b"}),
    breaks=("page",),
    excuses=(),
    diagnosis={"what": Question("?", ("a", "b", "c"), ("a", "a"))},
    hints=("1", "2", "3"),
    solutions=("good", "other"),
    decoys=("fake", "until-reboot"),
)
RIGHT = [
    "healthy", "untouched", "solution:good", "reboot:good",
    "solution:other", "reboot:other", "decoy:fake", "decoy:until-reboot",
]  # fmt: skip
Grader = Callable[["FakeRun"], Result]


def result(page: Verdict, other: Verdict = Verdict.PASS) -> Result:
    return Result(
        tuple(
            CheckResult(name, name, verdict, 0, 1, f"{name} said so", 0.0)
            for name, verdict in (("page", page), ("other", other))
        )
    )


def honest(run: FakeRun) -> Result:
    return result(Verdict.PASS if run.state in ("well", "repaired", "for now") else Verdict.FAIL)


@dataclass
class FakeRun:
    """A lab that is in one of a few states, and a grader that looks at it."""

    grader: Grader
    state: str = "well"

    def break_(self) -> None:
        self.state = "broken"

    def follow(self, folder: str, name: str) -> None:
        states = {"fake": "faked", "until-reboot": "for now"}
        self.state = "repaired" if folder == "solutions" else states[name]

    def settle(self) -> None:
        return

    def check(self) -> Result:
        return self.grader(self)

    def finish(self) -> Result:
        if self.state == "for now":
            self.state = "broken"
        return self.grader(self)


@dataclass
class FakeSeat:
    """A seat that remembers what was done with it."""

    grader: Grader
    cleaned: int = 0
    closed: bool = False
    trouble: BaseException | None = None
    runs: list[FakeRun] = field(default_factory=list)

    def clean(self, exercise: Exercise, seed: int) -> FakeRun:
        self.cleaned += 1
        if self.trouble:
            raise self.trouble
        self.runs.append(FakeRun(self.grader))
        return self.runs[-1]

    def close(self) -> None:
        self.closed = True


def proved(grader: Grader, seeds: int = 1) -> Matrix:
    return prove([EXERCISE], range(seeds), lambda _: FakeSeat(grader), side_by_side=lambda _: 2)


def wrong(matrix: Matrix) -> list[str]:
    return [str(cell.case) for cell in matrix.cells if not cell.ok]


def test_a_sound_exercise_has_no_wrong_cell_and_every_case_for_every_seed() -> None:
    matrix = proved(honest, seeds=2)
    assert matrix.wrong == 0
    assert [str(c.case) for c in matrix.cells if c.seed == 1] == RIGHT


def test_a_grader_that_always_passes_is_found_out() -> None:
    found = wrong(proved(lambda _: result(Verdict.PASS)))
    assert found == ["untouched", "decoy:fake", "decoy:until-reboot"]


def test_a_grader_that_always_fails_is_found_out() -> None:
    found = wrong(proved(lambda _: result(Verdict.FAIL)))
    assert found == ["healthy", "solution:good", "reboot:good", "solution:other", "reboot:other"]


def test_a_grader_that_cannot_grade_is_right_nowhere() -> None:
    assert wrong(proved(lambda _: result(Verdict.COULD_NOT_GRADE))) == RIGHT


def test_a_grader_without_checks_is_right_nowhere() -> None:
    matrix = proved(lambda _: Result(()))
    assert wrong(matrix) == RIGHT
    assert "there is no check" in matrix.cells[0].evidence


def test_a_grader_that_is_fooled_by_a_decoy_is_found_out() -> None:
    def fooled(run: FakeRun) -> Result:
        return result(Verdict.PASS) if run.state == "faked" else honest(run)

    assert wrong(proved(fooled)) == ["decoy:fake"]


def test_a_repair_until_the_next_reboot_is_only_a_decoy() -> None:
    run = FakeRun(honest)
    run.break_()
    run.follow("decoys", "until-reboot")
    assert run.check().verdict is Verdict.PASS
    assert wrong(proved(honest)) == []


@pytest.mark.parametrize(
    ("page", "other"),
    [
        (Verdict.FAIL, Verdict.FAIL),
        (Verdict.FAIL, Verdict.COULD_NOT_GRADE),
        (Verdict.PASS, Verdict.FAIL),
    ],
)
def test_a_break_must_redden_the_checks_that_it_names_and_no_others(
    page: Verdict, other: Verdict
) -> None:
    def grader(run: FakeRun) -> Result:
        return result(page, other) if run.state == "broken" else honest(run)

    assert "untouched" in wrong(proved(grader))


def test_what_raises_is_told_in_its_cell_and_those_that_hang_on_it() -> None:
    def raises(run: FakeRun) -> Result:
        if run.state == "broken":
            raise CouldNotTell("the engine is away")
        return honest(run)

    cells = {str(cell.case): cell for cell in proved(raises).cells}
    assert cells["healthy"].ok
    for case in ("untouched", "solution:good", "reboot:good"):
        assert cells[case].evidence == "the engine is away"


def _seats(
    trouble: BaseException | None = None,
) -> tuple[list[FakeSeat], Callable[[int], FakeSeat]]:
    made: list[FakeSeat] = []

    def make(_: int) -> FakeSeat:
        made.append(FakeSeat(honest, trouble=trouble))
        return made[-1]

    return made, make


def test_seats_are_used_again_and_closed_at_the_end() -> None:
    made, make = _seats()
    prove([EXERCISE], range(2), make, side_by_side=lambda _: 3)
    assert len(made) == 3
    assert sum(seat.cleaned for seat in made) == 8
    assert all(seat.closed for seat in made)


def test_exercises_of_another_size_of_a_lab_have_seats_of_their_own() -> None:
    made, make = _seats()
    smaller = replace(EXERCISE, name="web/small", scale={"app": 1})
    found = prove([EXERCISE, smaller], range(1), make, side_by_side=lambda _: 1)
    assert (len(made), found.wrong) == (2, 0)


def test_no_exercise_is_begun_too_late_and_what_is_left_is_named() -> None:
    class SlowSeat(FakeSeat):
        def clean(self, exercise: Exercise, seed: int) -> FakeRun:
            time.sleep(0.3)
            return super().clean(exercise, seed)

    first, late, far = (replace(EXERCISE, name=name) for name in ("web/a", "web/b", "mail/c"))
    found = prove(
        [first, late, replace(far, lab="other")],
        range(1),
        lambda _: SlowSeat(honest),
        side_by_side=lambda _: 1,
        within_s=0.2,
    )
    assert [cell.exercise for cell in found.cells] == ["web/a"] * len(RIGHT)
    assert found.wrong == 0
    assert found.left == ("web/b", "mail/c")


@pytest.mark.parametrize("trouble", [RuntimeError("a bug"), KeyboardInterrupt()])
def test_seats_are_closed_whatever_happens(trouble: BaseException) -> None:
    made, make = _seats(trouble)
    with pytest.raises(type(trouble)):
        prove([EXERCISE], range(2), make, side_by_side=lambda _: 2)
    assert all(seat.closed for seat in made)


def test_an_interruption_in_the_middle_closes_the_seats_and_is_raised(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made, make = _seats()
    begun = threading.Event()
    waits = prover._Team._await
    interruptions = iter([KeyboardInterrupt()])

    def awaiting(self: prover._Team, threads: Sequence[threading.Thread]) -> None:
        begun.wait(5)
        for interruption in interruptions:
            raise interruption
        waits(self, threads)

    monkeypatch.setattr(prover._Team, "_await", awaiting)
    with pytest.raises(KeyboardInterrupt):
        prove(
            [EXERCISE],
            range(50),
            make,
            side_by_side=lambda _: 2,
            on_cell=lambda _: begun.set(),
        )
    assert all(seat.closed for seat in made)


def test_the_text_marks_what_is_wrong_and_gives_its_evidence() -> None:
    text = "\n".join(show.lines(proved(lambda _: result(Verdict.PASS))))
    assert "! pass" in text
    assert "web/tiny, seed 0, decoy:fake:\n    expected fail, got pass" in text
    assert text.endswith("8 cells, 3 wrong")


def test_the_json_has_the_cells_and_how_many_are_wrong() -> None:
    said = proved(lambda _: result(Verdict.PASS)).as_json()
    assert said["wrong"] == 3
    assert {"exercise", "seed", "case", "expected", "verdict", "failed_checks", "ok"} <= set(
        said["cells"][0]
    )


def test_what_is_not_applicable_is_named_and_never_green() -> None:
    none = Matrix((), not_applicable=("boot/own-kernel",))
    assert [*show.lines(none)] == [
        "",
        "boot/own-kernel: not applicable on containers",
        "0 cells, 0 wrong",
    ]
    assert none.as_json()["not_applicable"] == ["boot/own-kernel"]


def test_several_exercises_take_a_row_each() -> None:
    def cell(name: str, kind: str, ok: bool) -> Cell:
        return Cell(name, 3, Case(kind), Verdict.PASS, (), ok, "why", 0.0)

    cells = [cell(name, kind, name != "b" or kind != "decoy") for name in "ab" for kind in KINDS]
    head, first, second, *_ = show.lines(Matrix(tuple(cells)))
    assert head.split() == ["exercise", *KINDS, "seeds"]
    assert first.split() == ["a", *("1", "of", "1") * 5, "3"]
    assert second.split() == ["b", *("1", "of", "1") * 4, "!", "0", "of", "1", "3"]


def test_ctrl_c_waits_until_the_only_seat_is_closed() -> None:
    program = """
import os, signal, threading, time
from types import SimpleNamespace
from barelab.prove import prover

class Seat:
    def clean(self, exercise, seed):
        threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
        time.sleep(1.0)
        raise SystemExit

    def close(self):
        print("closed", flush=True)

prover.lanes = lambda exercise, seed: [SimpleNamespace(exercise=exercise, seed=seed, cases=(
    SimpleNamespace(kind="healthy", script="", expected=None),))]
try:
    exercise = SimpleNamespace(size="simple")
    prover.prove([exercise], [0], lambda number: Seat(), side_by_side=lambda _: 1)
except KeyboardInterrupt:
    print("interrupted")
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.splitlines() == ["closed", "interrupted"], done.stderr
