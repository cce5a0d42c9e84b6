"""`bench`: how fast barelab is, beside docker compose."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from barelab.cli.options import JSON
from barelab.support import console
from barelab.support.errors import AnswerIsNo, UsageError

if TYPE_CHECKING:
    from barelab.bench.cases import Bench


@click.command()
@click.option("--rounds", type=click.IntRange(1), default=3, help="How often (default: 3).")
@click.option("--only", metavar="NAME", help="One case: lab, many, running or help.")
@click.option("--lab", default="simple", metavar="LAB", help="Which lab (default: simple).")
@click.option("--first-up", is_flag=True, help="Only the first up, with every image built anew.")
@click.option("--memory", is_flag=True, help="Only what each node takes of memory.")
@click.option("--keep", is_flag=True, help="Put the table of memory into docs.")
@click.option("--check", is_flag=True, help="Exit 1 when a target is missed.")
@JSON
def bench(
    rounds: int,
    only: str | None,
    lab: str,
    first_up: bool,
    memory: bool,
    keep: bool,
    check: bool,
    as_json: bool,
) -> None:
    """Measure barelab against docker compose, side by side, and print the ratios."""
    from barelab.bench import cases
    from barelab.bench.figures import HEAD

    if only is not None and only not in cases.CASES:
        raise UsageError(f"no case '{only}'; there are {', '.join(cases.CASES)}")
    if keep and not memory:
        raise UsageError("--keep puts the table of --memory into docs: give both")
    chosen = [cases.CASES[only]] if only else list(cases.CASES.values())
    how = cases.Bench(lab, rounds, console.note)
    if memory:
        _memory(how, keep, as_json)
        return
    results = [
        result for case in ([cases.first_up] if first_up else chosen) for result in case(how)
    ]
    if as_json:
        console.say_json({"rounds": rounds, "results": [result.as_json() for result in results]})
    else:
        console.say("\n".join(console.table([result.row() for result in results], HEAD)))
    missed = [result.name for result in results if result.reached is False]
    if check and missed:
        raise AnswerIsNo(f"missed: {', '.join(missed)}")


def _memory(how: Bench, keep: bool, as_json: bool) -> None:
    from barelab.bench.memory import HEAD, markdown, memory

    used = memory(how)
    if keep:
        from barelab.dev.clone import clone_root
        from barelab.support.marked import keep as keep_text

        keep_text(clone_root() / "docs/labs.md", f"memory of {how.lab}", markdown(used))
    if as_json:
        nodes = [each.as_json() for each in used]
        console.say_json({"rounds": how.rounds, "lab": how.lab, "nodes": nodes})
    else:
        console.say("\n".join(console.table([each.row() for each in used], HEAD)))
