"""`bench`: how fast barelab is, beside docker compose."""

from __future__ import annotations

import click

from barelab.cli.options import JSON
from barelab.support import console
from barelab.support.errors import AnswerIsNo, UsageError


@click.command()
@click.option("--rounds", type=click.IntRange(1), default=3, help="How often (default: 3).")
@click.option("--only", metavar="NAME", help="One case: lab, many, running or help.")
@click.option("--lab", default="simple", metavar="LAB", help="Which lab (default: simple).")
@click.option("--first-up", is_flag=True, help="Only the first up, with every image built anew.")
@click.option("--check", is_flag=True, help="Exit 1 when a target is missed.")
@JSON
def bench(
    rounds: int, only: str | None, lab: str, first_up: bool, check: bool, as_json: bool
) -> None:
    """Measure barelab against docker compose, side by side, and print the ratios."""
    from barelab.bench import cases
    from barelab.bench.figures import HEAD

    if only is not None and only not in cases.CASES:
        raise UsageError(f"no case '{only}'; there are {', '.join(cases.CASES)}")
    chosen = [cases.CASES[only]] if only else list(cases.CASES.values())
    how = cases.Bench(lab, rounds, console.note)
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
