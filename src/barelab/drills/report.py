"""One page about a drill that was run, for a team's review: a file that needs no network."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from barelab.drills.chart import chart
from barelab.drills.words import FIGURES, name_of, place_of, value_of

_HELD = {True: "held", False: "not held", None: "could not be told"}


def report(result: Mapping[str, Any]) -> str:
    """Return the page of a result, as `drill run --json` tells it."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    runs = [(run, chart(run, result["step_s"])) for run in result["runs"]]
    return environment.get_template("report.html.j2").render(
        result=result,
        place=place_of(result),
        runs=runs,
        held=_HELD,
        figures=FIGURES,
        name_of=name_of,
        value_of=value_of,
        aborted=result.get("aborted") or "",
    )
