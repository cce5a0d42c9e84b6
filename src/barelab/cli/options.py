"""Options that several commands share."""

from __future__ import annotations

import click

from barelab.backends.base import DEFAULT_SEAT

SEAT = click.option(
    "--seat", default=DEFAULT_SEAT, metavar="NAME", help="Whose copy of the lab (default: default)."
)
LAB = click.option("--lab", metavar="LAB", help="Which lab, where the seat has several up.")
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
BACKEND = click.option(
    "--backend",
    default="docker",
    metavar="docker|vagrant",
    help="What nodes run on: containers, or virtual machines (default: docker).",
)
SET = click.option(
    "--set",
    "choices",
    multiple=True,
    metavar="OPTION=CHOICE",
    help="How a lab is made that can be made in several ways (`barelab list --json`).",
)
YES = click.option("--yes", is_flag=True, help="Answer yes to the question before an installation.")
READY = click.option(
    "--ready-within",
    "ready_s",
    default=120,
    type=click.IntRange(1, 24 * 3600),
    metavar="SECONDS",
    help="How long to wait for the page (default: 120).",
)
