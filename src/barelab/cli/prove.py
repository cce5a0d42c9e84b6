"""`prove`: the gate of every exercise."""

from __future__ import annotations

import math
import os
import threading

import click

from barelab.backends.opening import open_backend
from barelab.cli.options import JSON
from barelab.support import console
from barelab.support.interrupts import as_keyboard_interrupt

# So many have nodes boot or ask everything at the same time: with one more, pages of labs that boot
# time out now and then. The others wait, for a fault to show or for the end of the time for which
# a repair must hold.
AT_ONCE = min(8, os.cpu_count() or 1)
SIDE_BY_SIDE = min(16, 4 * AT_ONCE)
# What a lab's nodes may take of memory tells how heavy they are. With four seats of production on
# two cores, databases did not answer within ten seconds, and pages were 503.
MIB = 2700 * AT_ONCE


@click.command()
@click.argument("names", nargs=-1)
@click.option("--seeds", default=3, type=click.IntRange(1), help="How many seeds (default: 3).")
@click.option("--from", "first", default=0, type=click.IntRange(0), help="The first seed (0).")
@click.option(
    "--seats",
    type=click.IntRange(1, 16),
    help="How many seats side by side, of which one a core boots (default: four a core, and of "
    "larger labs as many as have 2700 MiB a core).",
)
@click.option(
    "--within",
    "within_s",
    type=click.IntRange(1),
    metavar="SECONDS",
    help="Begin no further exercise after so many seconds; those that are left are named.",
)
@JSON
@click.pass_context
def prove(
    context: click.Context,
    names: tuple[str, ...],
    seeds: int,
    first: int,
    seats: int | None,
    within_s: int | None,
    as_json: bool,
) -> None:
    """Show that every solution passes, and every decoy and the untouched fault do not."""
    import secrets

    from barelab.launcher.up import Launcher
    from barelab.model.exercise import Exercise
    from barelab.model.loading import exercise_names, lab_for, load_exercise
    from barelab.prove import prover, show
    from barelab.prove.seats import ProvingSeat
    from barelab.render.nodes import memory_mib

    def side_by_side(exercise: Exercise) -> int:
        lab = lab_for(exercise)
        weight = sum(memory_mib(lab, node) for node in lab.nodes)
        return seats or max(1, min(SIDE_BY_SIDE, MIB // weight))

    as_keyboard_interrupt()
    exercises = [load_exercise(name) for name in dict.fromkeys(names or exercise_names())]
    if not names:
        exercises.sort(key=lambda exercise: exercise.size)
    backend, run = open_backend(), secrets.token_hex(2)
    launcher = Launcher(backend, lambda _: None, console.note)
    turn = threading.BoundedSemaphore(AT_ONCE)
    proved = prover.prove(
        exercises,
        range(first, first + seeds),
        lambda number: ProvingSeat(f"prove-{run}-{number}", backend, launcher, turn),
        side_by_side=side_by_side,
        within_s=within_s or math.inf,
        on_cell=lambda cell: console.note(show.line(cell)),
    )
    if proved.left:
        console.note(f"no time left for {', '.join(proved.left)}")
    if as_json:
        console.say_json(proved.as_json())
    else:
        console.say("\n".join(show.lines(proved)))
    context.exit(1 if proved.wrong else 0)
