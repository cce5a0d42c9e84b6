"""`up`, `down` and `reset`: what changes seats."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from barelab.backends.base import Backend, SeatRef, Snapshot
from barelab.backends.opening import ensure_host, open_backend, refuse_elsewhere
from barelab.cli.options import BACKEND, JSON, LAB, READY, SEAT, SET, YES
from barelab.launcher.find import find_node, find_owner, is_name, seat_name
from barelab.support import console
from barelab.support.errors import BarelabError
from barelab.support.interrupts import as_keyboard_interrupt

if TYPE_CHECKING:
    from barelab.launcher.progress import Progress
    from barelab.launcher.up import Launcher


@click.command()
@click.argument("lab")
@SEAT
@BACKEND
@click.option("--scale", multiple=True, metavar="GROUP=N", help="How many nodes a group has.")
@SET
@click.option("--without", multiple=True, metavar="GROUP", help="Nodes to leave out.")
@click.option("--dry-run", is_flag=True, help="Say what would be done and why, and do nothing.")
@YES
@READY
@JSON
def up(
    lab: str,
    seat: str,
    backend: str,
    scale: tuple[str, ...],
    choices: tuple[str, ...],
    without: tuple[str, ...],
    dry_run: bool,
    yes: bool,
    ready_s: float,
    as_json: bool,
) -> None:
    """Bring a lab up, or what is missing of it, and wait until its page answers."""
    from barelab.launcher.running import lab_to_be
    from barelab.launcher.status import ready_status
    from barelab.launcher.summary import summary
    from barelab.model import options
    from barelab.model.loading import load_lab
    from barelab.model.scale import parse, scaled

    owner, counts = SeatRef(lab, seat_name(seat)), dict(map(parse, scale))
    whole = load_lab(lab)
    named = dict(map(options.parse, choices)) | options.without(whole, without)
    asked = options.chosen(scaled(whole, counts), named)
    refuse_elsewhere(backend, owner)
    engine, seen = engine_or_install(backend, yes)
    wanted = lab_to_be(asked, owner, seen, counts, named)
    with launching(engine, owner) as launcher:
        if dry_run:
            show_plan(launcher, wanted, owner, as_json)
            return
        launcher.up(wanted, owner, ready_s)
    now = engine.observe(owner)
    status = ready_status(engine, now, owner)
    if as_json:
        console.say_json(status.as_json())
    else:
        console.say("\n".join(summary(status, now)))


@click.command()
@click.argument("lab", required=False)
@SEAT
@click.option("--all", "all_seats", is_flag=True, help="Every lab of every seat.")
def down(lab: str | None, seat: str, all_seats: bool) -> None:
    """Take a lab down. Asks nothing and leaves nothing."""
    from barelab.launcher.down import take_down
    from barelab.launcher.tidy import tidy

    backend, own = open_backend(), seat_name(seat)
    named = lab if lab is not None and not all_seats else None
    if named is None:
        owners = [o for o in backend.observe().owners() if all_seats or o.seat == own]
    else:
        if not is_name(named):
            refuse_unknown(named)
        owners = [SeatRef(named, own)]
    for owner in owners:
        with changing(backend, owner) as progress:
            gone = take_down(backend, owner, progress, progress.note)
        if not gone and named is not None:
            refuse_unknown(named)
        console.note(f"{owner} is down" if gone else f"{owner} was not up")
    tidy()
    if not owners:
        console.note("nothing is up")


def refuse_unknown(lab: str) -> None:
    """Return when there is a lab of that name. Raises UsageError where not."""
    from barelab.model.loading import refuse_unknown_lab

    refuse_unknown_lab(lab)


@click.command()
@click.argument("node", required=False)
@SEAT
@LAB
@READY
def reset(node: str | None, seat: str, lab: str | None, ready_s: float) -> None:
    """Make a node, or every node, anew as it was when the lab was new."""
    from barelab.launcher.running import lab_of

    backend = open_backend()
    seen = backend.observe()
    owner = find_owner(seen, seat, lab)
    names = [find_node(backend, node, seat, lab).node] if node else None
    wanted = lab_of(owner, seen)
    with launching(backend, owner) as launcher:
        launcher.reset(wanted, owner, names or [n.name for n in wanted.nodes], ready_s)
    console.note(f"{node or owner} is as new")


def engine_or_install(name: str, yes: bool) -> tuple[Backend, Snapshot]:
    """Return the backend and what it has; what is missing for it is offered, and installed.

    Raises:
        CouldNotTell: the offer was refused, or nobody could be asked.
    """
    ensure_host(name, yes, console.confirm, console.note)
    backend = open_backend(name)
    return backend, backend.observe()


@contextmanager
def launching(backend: Backend, owner: SeatRef) -> Iterator[Launcher]:
    """Yield a launcher that shows its steps; an interruption is told with how to go on."""
    from barelab.launcher.up import Launcher

    with changing(backend, owner, "its page") as progress:
        yield Launcher(backend, progress, progress.note)


@contextmanager
def changing(backend: Backend, owner: SeatRef, waiting_for: str = "") -> Iterator[Progress]:
    """Yield what shows the steps of a change; an interruption is told with how to go on."""
    from barelab.launcher.progress import Progress

    as_keyboard_interrupt()
    try:
        with Progress(waiting_for) as progress:
            yield progress
    except KeyboardInterrupt:
        console.note(f"interrupted; {_rest(backend, owner)}")
        raise


def _rest(backend: Backend, owner: SeatRef) -> str:
    """Tell what a seat has and how to go on; an interruption is one whatever the engine says."""
    again = f"`barelab up {owner.lab}{owner.option}` goes on"
    removes = f"`barelab down {owner.lab}{owner.option}` removes"
    try:
        rest = backend.observe(owner)
    except BarelabError as error:
        return f"what {owner} has could not be seen ({error}): {again}, {removes} it"
    count = len(rest.nodes) + len(rest.networks)
    if not count:
        return f"{owner} has nothing yet: {again}"
    return f"{owner} has {count} containers and networks: {again}, {removes} them"


def show_plan(launcher: Launcher, lab: object, owner: SeatRef, as_json: bool) -> None:
    """Print what `up` would do, a line a step with its cause."""
    plan = launcher.plan(lab, owner)  # type: ignore[arg-type]
    if as_json:
        console.say_json({"steps": [{"step": s.key, "cause": s.cause} for s in plan]})
    elif plan:
        console.say("\n".join(console.table([(s.key, s.cause) for s in plan], ("step", "cause"))))
    else:
        console.say(f"{owner} is up as it should be; nothing to do")
