"""`exercise`: a learner's way from a story to a verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from barelab.backends.opening import open_backend
from barelab.cli.options import JSON, SEAT
from barelab.cli.results import show_check, show_result
from barelab.launcher.find import seat_name
from barelab.support import console

if TYPE_CHECKING:
    from barelab.exercises.attempts import Attempts
    from barelab.exercises.store import Attempt

NAME = click.argument("name", required=False)
# What SQLite and JSON readers keep exactly.
MAX_SEED = 2**31 - 1


@click.group()
def exercise() -> None:
    """Break a lab on purpose, repair it, and have the repair graded."""


@exercise.command(name="list")
@JSON
def list_exercises(as_json: bool) -> None:
    """List the exercises and how you stand with each."""
    from barelab.exercises.progress import standings
    from barelab.exercises.store import Store

    found = standings(Store())
    if as_json:
        console.say_json({"exercises": [each.as_json() for each in found]})
        return
    rows = [
        (
            e.name,
            str(e.level),
            f"{e.minutes} min",
            e.state,
            f"{e.title} (machines only)" if e.machines_only else e.title,
        )
        for e in found
    ]
    console.say("\n".join(console.table(rows, ("exercise", "level", "time", "state", "title"))))


@exercise.command()
@click.argument("name")
@click.option(
    "--seed", type=click.IntRange(0, MAX_SEED), help="Which variant (default: one by chance)."
)
@click.option(
    "--for",
    "made_for",
    default="",
    metavar="TEXT",
    help="A text of your instructor's that the signed result will bear.",
)
@SEAT
@JSON
def start(name: str, seed: int | None, made_for: str, seat: str, as_json: bool) -> None:
    """Bring the exercise's lab up clean, break it, and tell the story."""
    import secrets

    from barelab.backends.base import SeatRef
    from barelab.cli.lab import launching
    from barelab.exercises.story import story_of, where_to_look
    from barelab.model.loading import load_exercise

    chosen, backend, owner_seat = load_exercise(name), open_backend(), seat_name(seat)
    attempts = _attempts()
    attempts.refuse_open(owner_seat)
    with launching(backend, SeatRef(chosen.lab, owner_seat)) as launcher:
        number = secrets.randbelow(1000) if seed is None else seed
        attempt = attempts.start(chosen, number, owner_seat, launcher, made_for)
    if as_json:
        console.say_json({"attempt": attempt.as_json(), "story": story_of(chosen)})
        return
    console.say(f"\n{story_of(chosen)}\n")
    console.say("\n".join(where_to_look(backend, SeatRef(chosen.lab, owner_seat))))


@exercise.command()
@NAME
@SEAT
@JSON
def story(name: str | None, seat: str, as_json: bool) -> None:
    """Tell the story again, of the exercise under way or of any."""
    from barelab.exercises.story import story_of
    from barelab.model.loading import load_exercise

    told = load_exercise(name or _attempts().current(seat_name(seat)).exercise)
    if as_json:
        console.say_json({"exercise": told.name, "story": story_of(told)})
    else:
        console.say(story_of(told))


@exercise.command()
@NAME
@SEAT
@JSON
@click.pass_context
def check(context: click.Context, name: str | None, seat: str, as_json: bool) -> None:
    """Grade the lab as it is now. The attempt goes on."""
    attempts, attempt = _current(seat, name)
    result = attempts.check(attempt, None if as_json else show_check)
    show_result(result, as_json)
    context.exit(result.verdict.exit_code)


@exercise.command()
@NAME
@SEAT
@JSON
@click.pass_context
def finish(context: click.Context, name: str | None, seat: str, as_json: bool) -> None:
    """Grade for good: after a reboot of every node, for a while. A pass ends the attempt."""
    from barelab.cli.diagnosis import ask_if_possible
    from barelab.cli.results import show_debrief, show_score

    attempts, attempt = _current(seat, name)
    if not as_json:
        attempt = ask_if_possible(attempts, attempt)
    tell, say = (None, lambda _: None) if as_json else (show_check, console.note)
    done = attempts.finish(attempt, tell, say)
    if as_json:
        extra = {"score": done.score.as_json(), "file": str(done.file)} if done.score else {}
        console.say_json({**done.result.as_json(), **extra})
    else:
        show_result(done.result, as_json)
        if done.score is None:
            console.say("the attempt goes on")
        else:
            show_score(done.score)
            show_debrief(done.debrief)
            console.say(f"\nwell done; the attempt is over. Signed result: {done.file}")
    context.exit(done.result.verdict.exit_code)


@exercise.command()
@NAME
@click.option("--what", type=click.IntRange(1), metavar="N", help="What was wrong.")
@click.option("--where", type=click.IntRange(1), metavar="N", help="On which node.")
@click.option("--evidence", type=click.IntRange(1), metavar="N", help="What shows it.")
@SEAT
@JSON
def diagnose(name: str | None, seat: str, as_json: bool, **numbers: int | None) -> None:
    """Say what was wrong, where, and what shows it: by number, or asked on a terminal."""
    from barelab.cli.diagnosis import answer_by_number, questions_as_json, show_questions

    attempts, attempt = _current(seat, name)
    given = {part: number for part, number in numbers.items() if number is not None}
    if given:
        attempt = answer_by_number(attempts, attempt, given)
    if as_json:
        console.say_json(questions_as_json(attempt))
    else:
        show_questions(attempts, attempt, ask=not given)


@exercise.command()
@NAME
@SEAT
def reset(name: str | None, seat: str) -> None:
    """Make every node anew and break the lab again. The attempt goes on, hints taken count."""
    from barelab.cli.lab import launching

    attempts, attempt = _current(seat, name)
    owner = attempt.owner
    with launching(open_backend(), owner) as launcher:
        attempts.reset(attempt, launcher)
    console.note(f"{attempt.exercise} is broken again, as it was at the start")


@exercise.command()
@NAME
@SEAT
@click.pass_context
def watch(context: click.Context, name: str | None, seat: str) -> None:
    """Check again and again, and end when all is well. Ctrl-C ends it before."""
    from barelab.cli.watching import watch_until_well

    attempts, attempt = _current(seat, name)
    context.exit(watch_until_well(attempts, attempt).exit_code)


@exercise.command()
@NAME
@SEAT
@JSON
def hint(name: str | None, seat: str, as_json: bool) -> None:
    """Give the next hint, which may speak to what you have done already."""
    from barelab.exercises.score import PER_HINT

    attempts, attempt = _current(seat, name)
    given = attempts.hint(attempt)
    if as_json:
        console.say_json({"number": given.number, "total": given.total, "hint": given.text})
    else:
        console.say(f"Hint {given.number} of {given.total}\n\n{given.text}")
        console.note(f"\n(a hint costs {PER_HINT} of the points that a pass earns)")


@exercise.command()
@NAME
@SEAT
@JSON
def solution(name: str | None, seat: str, as_json: bool) -> None:
    """Show the way, and mark the attempt."""
    attempts, attempt = _current(seat, name)
    scripts = attempts.solutions(attempt)
    if as_json:
        console.say_json({"solutions": dict(scripts)})
        return
    for title, text in scripts.items():
        console.say(f"--- {title} ---\n{text}")
    console.note("the attempt is marked: its solution was shown, and the repair earns no points")


@exercise.command()
@NAME
@SEAT
def abandon(name: str | None, seat: str) -> None:
    """End the attempt without a verdict."""
    attempts, attempt = _current(seat, name)
    attempts.abandon(attempt)
    console.note(f"{attempt.exercise} is abandoned; the lab stays as it is until the next start")


def _attempts() -> Attempts:
    from barelab.exercises.attempts import Attempts
    from barelab.exercises.store import Store

    return Attempts(Store(), open_backend())


def _current(seat: str, name: str | None) -> tuple[Attempts, Attempt]:
    attempts = _attempts()
    return attempts, attempts.current(seat_name(seat), name)
