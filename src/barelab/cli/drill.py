"""`drill`: rehearse an outage under load, with a stopwatch."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from barelab.backends.opening import open_backend
from barelab.cli.options import JSON, SEAT, SET
from barelab.launcher.find import seat_name
from barelab.support import console
from barelab.support.errors import UsageError

if TYPE_CHECKING:
    from barelab.model.drill import Drill

MAX_RUNS = 50
MAX_SEED = 2**31 - 1 - MAX_RUNS


@click.group()
def drill() -> None:
    """Rehearse an outage under load, with a stopwatch."""


@drill.command(name="list")
@JSON
def list_drills(as_json: bool) -> None:
    """List the drills, and the labs that they are for."""
    from barelab.model.loading import drill_names, load_drill

    found = [load_drill(name) for name in drill_names()]
    if as_json:
        console.say_json({"drills": [_as_json(each) for each in found]})
        return
    rows = [(each.name, ", ".join(each.labs), each.title) for each in found]
    console.say("\n".join(console.table(rows, ("drill", "labs", "title"))))


@drill.command()
@click.argument("name")
@click.option("--lab", metavar="LAB", help="In which of its labs (default: the first).")
@click.option(
    "--runs", default=1, type=click.IntRange(1, MAX_RUNS), help="How many times (default: 1)."
)
@click.option(
    "--seed",
    type=click.IntRange(0, MAX_SEED),
    help="When the first run's fault strikes (default: by chance); each further run's is one more.",
)
@click.option(
    "--operator",
    type=click.Choice(("me", "runbook")),
    default="runbook",
    help="Who repairs: you, or the reference runbook (default: runbook).",
)
@SET
@SEAT
@JSON
@click.pass_context
def run(
    context: click.Context,
    name: str,
    lab: str | None,
    runs: int,
    seed: int | None,
    operator: str,
    choices: tuple[str, ...],
    seat: str,
    as_json: bool,
) -> None:
    """Run a drill: load, a fault at a moment of chance, the repair, and what it cost."""
    import secrets

    from barelab.backends.base import SeatRef
    from barelab.cli.drilling import Shown, show_result, tell_situation
    from barelab.cli.lab import launching
    from barelab.drills.rehearse import Order, rehearse
    from barelab.launcher.running import lab_to_be
    from barelab.model import options
    from barelab.model.loading import load_drill, load_lab

    chosen = load_drill(name)
    owner = SeatRef(_lab_of(chosen, lab), seat_name(seat))
    backend = open_backend()
    named = dict(map(options.parse, choices))
    asked = options.chosen(load_lab(owner.lab), named)
    wanted = lab_to_be(asked, owner, backend.observe(), {}, named)
    with launching(backend, owner) as launcher:
        launcher.up(wanted, owner)
    first = secrets.randbelow(1000) if seed is None else seed
    order = Order(chosen, wanted, owner, runs, first, operator)
    if not as_json:
        tell_situation(order)
    with Shown(order) as shown:
        done = rehearse(order, backend, shown.sight, shown.run, shown.note)
    if as_json:
        console.say_json(done.as_json())
    else:
        show_result(done.as_json())
    context.exit(done.exit_code)


@drill.command()
@click.argument("name", required=False)
@click.option("--html", metavar="FILE", type=click.Path(path_type=Path), help="Write a page.")
@JSON
def report(name: str | None, html: Path | None, as_json: bool) -> None:
    """Show what was run; of one drill or result, its figures, or a page for your review."""
    from barelab.cli.drilling import league, show_result
    from barelab.drills import keeping
    from barelab.drills.report import report as page
    from barelab.support.paths import users_file

    if html is not None:
        with users_file(html):
            html.write_text(page(keeping.newest(name)))
        console.note(f"written to {html}")
    elif as_json:
        console.say_json({"results": keeping.kept()} if name is None else keeping.newest(name))
    elif name is None:
        console.say("\n".join(league(keeping.kept())))
    else:
        show_result(keeping.newest(name))


def _lab_of(chosen: Drill, lab: str | None) -> str:
    if lab is None:
        return next(iter(chosen.labs))
    if lab not in chosen.labs:
        labs = ", ".join(chosen.labs)
        raise UsageError(f"{chosen.name} is not for the lab {lab!r}, but for {labs}")
    return lab


def _as_json(drill: Drill) -> dict[str, object]:
    return {
        "name": drill.name,
        "title": drill.title,
        "hypothesis": drill.hypothesis,
        "labs": list(drill.labs),
        "fault": drill.fault.kind.value,
    }
