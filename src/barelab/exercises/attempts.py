"""A learner's way through an exercise: start, look, check, hints, solution, finish."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from barelab.backends.base import Backend, SeatRef
from barelab.exercises.finish import Say
from barelab.exercises.result_file import write_result
from barelab.exercises.round import Round
from barelab.exercises.score import Score, right_parts, score
from barelab.exercises.scripts import script_text
from barelab.exercises.store import Attempt, Outcome, Store
from barelab.exercises.story import debrief_of, hint_of
from barelab.grading.access import Access
from barelab.grading.results import CheckResult, Result, Verdict, joined
from barelab.grading.runner import Told
from barelab.launcher.running import lab_to_be
from barelab.model.exercise import Exercise
from barelab.model.lab import Lab
from barelab.model.loading import lab_for, load_exercise
from barelab.model.scale import groups
from barelab.support.errors import AnswerIsNo, CouldNotTell, UsageError

READY_S = 120.0


class Seats(Protocol):
    """What changes seats: the launcher, or in tests something that says it did."""

    def up(self, lab: Lab, owner: SeatRef, ready_s: float) -> None:
        """Bring a seat up, or whole again."""
        ...

    def reset(self, lab: Lab, owner: SeatRef, nodes: Iterable[str], ready_s: float) -> None:
        """Make nodes anew."""
        ...

    def down(self, owner: SeatRef) -> bool:
        """Remove everything that a seat owns."""
        ...


@dataclass(frozen=True, slots=True)
class Hint:
    """A hint, the how manyth it is, and how many there are."""

    number: int
    total: int
    text: str


@dataclass(frozen=True, slots=True)
class Finished:
    """What came of a finish. After a pass: the points, the file of the result, and the debrief."""

    result: Result
    score: Score | None = None
    file: Path | None = None
    debrief: str = ""


class Attempts:
    """The attempts of this user's seats on one backend."""

    def __init__(self, store: Store, backend: Backend) -> None:
        self._store, self._backend = store, backend

    def start(
        self, exercise: Exercise, seed: int, seat: str, seats: Seats, made_for: str = ""
    ) -> Attempt:
        """Bring the lab up clean, break it, and open an attempt.

        Raises:
            UsageError: the seat has an open attempt.
            CouldNotTell: the break does not show.
        """
        self.refuse_open(seat)
        owner = SeatRef(exercise.lab, seat)
        counts = self._broken(exercise, seed, owner, seats)
        nodes = self._nodes(owner)
        return self._store.begin(seat, owner.lab, exercise.name, seed, nodes, counts, made_for)

    def reset(self, attempt: Attempt, seats: Seats) -> None:
        """Make every node anew and break the lab again, as it was when the attempt began."""
        owner = attempt.owner
        counts = self._broken(load_exercise(attempt.exercise), attempt.seed, owner, seats)
        self._store.note_nodes(attempt, self._nodes(owner), counts)

    def _broken(
        self, exercise: Exercise, seed: int, owner: SeatRef, seats: Seats
    ) -> Mapping[str, int]:
        """Break a clean lab, and return how many data it had before."""
        usual, seen = lab_for(exercise), self._backend.observe()
        _refuse_containers(exercise, owner, self._backend, up=bool(seen.of(owner).nodes))
        lab = lab_to_be(usual, owner, seen, groups(usual), usual.options)
        # Whatever was done to nodes that are there, by an old attempt or by hand, must go.
        if seen.of(owner).nodes:
            seats.reset(lab, owner, [node.name for node in lab.nodes], READY_S)
        else:
            seats.up(lab, owner, READY_S)
        with Access(lab, owner, self._backend) as access:
            begun = Round(exercise, seed, access).counted()
            begun.break_()
            _refuse_whole(exercise, begun.check())
        return begun.before

    def current(self, seat: str, name: str | None = None) -> Attempt:
        """Return the seat's open attempt, which must be at the named exercise if one is named.

        Raises:
            UsageError: there is none, or it is another.
        """
        attempt = self._store.open_attempt(seat)
        if attempt is None:
            option = SeatRef("", seat).option
            where = f" in seat {seat}" if option else ""
            raise UsageError(
                f"no exercise is under way{where}; `barelab exercise start NAME{option}` starts one"
            )
        if name is not None and name != attempt.exercise:
            raise UsageError(f"not {name}, but {attempt.exercise} is under way")
        return attempt

    def refuse_open(self, seat: str) -> None:
        """Return when the seat has no open attempt.

        Raises:
            UsageError: it has one.
        """
        if attempt := self._store.open_attempt(seat):
            option = SeatRef("", seat).option
            raise UsageError(
                f"{attempt.exercise} is under way since {attempt.started_at}: "
                f"`barelab exercise finish{option}` or `barelab exercise abandon{option}` ends it"
            )

    @contextmanager
    def looking(self, attempt: Attempt) -> Iterator[Callable[[], Result]]:
        """Yield what grades the lab as it is at each call, and keeps no record of it.

        All calls share the programs beside the nodes.
        """
        with self._round(attempt) as going:

            def look() -> Result:
                self._refuse_other_nodes(attempt, attempt.owner)
                return going.check()

            yield look

    def check(self, attempt: Attempt, on_result: Told | None = None) -> Result:
        """Grade the lab as it is now."""
        with self._round(attempt) as going:
            result = going.check(on_result)
        self._store.note_grading(attempt, "check", result)
        return result

    def finish(
        self, attempt: Attempt, on_result: Told | None = None, say: Say = lambda _: None
    ) -> Finished:
        """Grade for good: after a reboot of every node, for a while, and with the lab's own checks.

        A pass ends the attempt and leaves a signed result; otherwise it stays open. Where nothing
        is wrong, the pass needs the right diagnosis.
        """
        exercise = load_exercise(attempt.exercise)
        with self._round(attempt) as going:
            result = going.finish(on_result, say)
        right = exercise.answers(attempt.seed)
        if result.verdict is Verdict.PASS and not exercise.breaks:
            result = joined((result, diagnosed(right, attempt)))
        self._store.note_grading(attempt, "finish", result)
        if result.verdict is not Verdict.PASS:
            return Finished(result)
        shown = attempt.solution_at is not None
        earned = score(result, right, attempt.diagnosis, attempt.hints, shown)
        path = write_result(attempt, result, earned, self._backend.of(attempt.owner).name)
        self._store.end(attempt, Outcome.PASSED, earned.points, earned.max_points)
        return Finished(result, earned, path, debrief_of(exercise, attempt.seed))

    def diagnose(self, attempt: Attempt, said: Mapping[str, str]) -> None:
        """Keep the learner's diagnosis: the choice of each part, over an earlier one."""
        self._store.note_diagnosis(attempt, {**attempt.diagnosis, **said})

    def hint(self, attempt: Attempt) -> Hint:
        """Return the next hint.

        Raises:
            AnswerIsNo: all were given.
        """
        exercise = load_exercise(attempt.exercise)
        total, number = len(exercise.hints), attempt.hints + 1
        if number > total:
            way = f"`barelab exercise solution{attempt.owner.option}` shows the way"
            raise AnswerIsNo(f"all {total} hints were given; {way}")
        with self._round(attempt) as going:
            text = hint_of(exercise, number, attempt.seed, going.passes)
        self._store.note_hint(attempt, number)
        return Hint(number, total, text)

    def solutions(self, attempt: Attempt) -> Mapping[str, str]:
        """Return the solutions for the attempt's seed by name, and mark the attempt."""
        exercise = load_exercise(attempt.exercise)
        self._store.note_solution(attempt)
        return {
            name: script_text(exercise, "solutions", name, attempt.seed)
            for name in exercise.solutions
        }

    def abandon(self, attempt: Attempt) -> None:
        """End an attempt without a verdict. The lab stays as it is until the next start."""
        self._store.end(attempt, Outcome.ABANDONED)

    @contextmanager
    def _round(self, attempt: Attempt) -> Iterator[Round]:
        owner = attempt.owner
        self._refuse_other_nodes(attempt, owner)
        exercise = load_exercise(attempt.exercise)
        with Access(lab_for(exercise), owner, self._backend) as access:
            yield Round(exercise, attempt.seed, access, attempt.counts)

    def _refuse_other_nodes(self, attempt: Attempt, owner: SeatRef) -> None:
        now = self._nodes(owner)
        new = sorted(name for name, id_ in attempt.nodes.items() if now.get(name) != id_)
        if new:
            raise CouldNotTell(
                f"since this attempt began, {', '.join(new)} was made anew or removed, and the "
                f"fault with it: `barelab exercise reset{owner.option}` breaks the lab again"
            )

    def _nodes(self, owner: SeatRef) -> Mapping[str, str]:
        return {node.ref.node: node.id for node in self._backend.observe(owner).nodes}


def diagnosed(right: Mapping[str, str], attempt: Attempt) -> Result:
    """Return whether the attempt's diagnosis is right, as the result of one check without points.

    Which part is wrong is not told: the attempt goes on.
    """
    said, asks = attempt.diagnosis, f"`barelab exercise diagnose{attempt.owner.option}` asks for it"
    sound = len(right_parts(right, said)) == len(right)
    verdict = Verdict.PASS if sound else Verdict.FAIL
    missing = [part for part in right if part not in said]
    how = "not given yet" if missing else "not all of it is so"
    told = "right in every part" if sound else f"{how}; {asks}"
    return Result((CheckResult("diagnosis", "What is wrong is known", verdict, 0, 0, told, 0.0),))


def _refuse_containers(exercise: Exercise, owner: SeatRef, backend: Backend, *, up: bool) -> None:
    if not exercise.machines_only or (up and backend.of(owner).machines):
        return
    first = f"`barelab down {owner.lab}{owner.option}`, then " if up else ""
    raise UsageError(
        f"{exercise.name} is not applicable on containers, which have no kernel of their own: "
        f"{first}`barelab up {owner.lab}{owner.option} --backend vagrant`, and start it again"
    )


def _refuse_whole(exercise: Exercise, result: Result) -> None:
    failed = result.names(Verdict.FAIL)
    if not set(exercise.breaks) <= set(failed):
        evidence = "; ".join(f"{c.name}: {c.verdict.value}, {c.evidence}" for c in result.checks)
        raise CouldNotTell(f"{exercise.name}: the break does not show ({evidence})")
