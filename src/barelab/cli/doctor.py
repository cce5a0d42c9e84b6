"""`doctor`: what stands in the way of labs on this machine."""

from __future__ import annotations

import click

from barelab.cli.options import JSON, YES
from barelab.support import console

_COLOURS = {"ok": "green", "warn": "yellow", "bad": "red", "unknown": "yellow"}


@click.command()
@click.option("--fix", "repair", is_flag=True, help="Do what can be done without harm.")
@YES
@JSON
@click.pass_context
def doctor(context: click.Context, repair: bool, yes: bool, as_json: bool) -> None:
    """Look at this machine, item by item, and say what to do.

    Exit code 0: labs can run, 1: something is bad, 3: it could not be told (no engine answers).
    """
    from barelab.launcher.doctor.facts import exit_code
    from barelab.launcher.doctor.fix import fix
    from barelab.launcher.doctor.gather import gather
    from barelab.launcher.doctor.judge import judge

    facts = gather()
    if repair:
        fix(facts, yes, console.confirm, console.note)
        facts = gather()
    items = judge(facts)
    if as_json:
        console.say_json({"items": [item.as_json() for item in items]})
    else:
        width = max(len(item.name) for item in items)
        for item in items:
            state = console.paint(item.state.value.ljust(7), _COLOURS[item.state.value])
            console.say(f"{state} {item.name.ljust(width)}  {item.found}")
            if item.remedy:
                console.say(f"{'':7} {'':{width}}  -> {item.remedy}")
    context.exit(exit_code(items))
