"""`new`: write an exercise, a role or a lab that is well-formed and explains itself."""

from __future__ import annotations

import click

from barelab.support import console


@click.group()
def new() -> None:
    """Write a new exercise, role or lab that explains itself."""


@new.command()
@click.argument("name", metavar="TRACK/NAME")
def exercise(name: str) -> None:
    """Write a small exercise that `prove` finds right as it stands."""
    from barelab.exercises.templates import write_exercise

    _told(write_exercise(name), f"barelab prove {name}")


@new.command()
@click.argument("name")
def role(name: str) -> None:
    """Write a role that a node of a lab can have."""
    from barelab.exercises.templates import write_role

    _told(write_role(name), f"name it in a lab: NODE: {{role: {name}, networks: [private]}}")


@new.command()
@click.argument("name")
def lab(name: str) -> None:
    """Write a lab like the simple one, to change."""
    from barelab.exercises.templates import write_lab

    _told(write_lab(name), f"barelab up {name}")


def _told(paths: list[str], then: str) -> None:
    console.say("\n".join(f"wrote {path}" for path in paths))
    console.note(f"next: {then}")
