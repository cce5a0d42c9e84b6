"""`prove`: the gate of every exercise."""

from __future__ import annotations

import math
import os
import threading
from typing import TYPE_CHECKING

import click

from barelab.backends.opening import NAMES, open_backend
from barelab.cli.options import JSON
from barelab.support import console
from barelab.support.interrupts import as_keyboard_interrupt

if TYPE_CHECKING:
    from barelab.backends.base import Backend
    from barelab.model.exercise import Exercise
    from barelab.prove.cells import Matrix

BOTH = "both"
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
@click.option(
    "--backend",
    "where",
    default="docker",
    metavar="NAME",
    help="What nodes run on (default: docker); `both` compares the verdicts.",
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
    where: str,
    as_json: bool,
) -> None:
    """Show that every solution passes, and every decoy and the untouched fault do not."""
    import secrets
    from dataclasses import replace

    from barelab.launcher.up import Launcher
    from barelab.model.loading import exercise_names, load_exercise
    from barelab.prove import compare, prover, show
    from barelab.prove.seats import ProvingSeat

    as_keyboard_interrupt()
    exercises = [load_exercise(name) for name in dict.fromkeys(names or exercise_names())]
    if not names:
        exercises.sort(key=lambda exercise: exercise.size)
    run = secrets.token_hex(2)
    turn = threading.BoundedSemaphore(AT_ONCE)

    def proved(backend: Backend) -> Matrix:
        launcher = Launcher(backend, lambda _: None, console.note)
        can = [each for each in exercises if backend.machines or not each.machines_only]
        done = prover.prove(
            can,
            range(first, first + seeds),
            lambda number: ProvingSeat(f"prove-{run}-{number}", backend, launcher, turn),
            side_by_side=lambda exercise: seats or _side_by_side(exercise),
            within_s=within_s or math.inf,
            on_cell=lambda cell: console.note(show.line(cell)),
        )
        cannot = tuple(each.name for each in exercises if each not in can)
        return replace(done, not_applicable=cannot)

    backends = [open_backend(name) for name in (NAMES if where == BOTH else (where,))]
    matrices = {backend.name: proved(backend) for backend in backends}
    for matrix in matrices.values():
        if matrix.left:
            console.note(f"no time left for {', '.join(matrix.left)}")
    found = compare.differences(matrices)
    if where == BOTH and as_json:
        by_backend = {name: matrix.as_json() for name, matrix in matrices.items()}
        console.say_json({"backends": by_backend, "differ": [each.as_json() for each in found]})
    elif as_json:
        console.say_json(matrices[where].as_json())
    else:
        console.say("\n".join(line for each in matrices.values() for line in show.lines(each)))
        if where == BOTH:
            console.say("\n".join(compare.lines(matrices, found)))
    context.exit(1 if found or any(matrix.wrong for matrix in matrices.values()) else 0)


def _side_by_side(exercise: Exercise) -> int:
    """Return how many seats of an exercise's lab this machine bears."""
    from barelab.model.loading import lab_for
    from barelab.render.nodes import memory_mib

    lab = lab_for(exercise)
    weight = sum(memory_mib(lab, node) for node in lab.nodes)
    return max(1, min(SIDE_BY_SIDE, MIB // weight))
