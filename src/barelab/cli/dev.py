"""`test` and `dev`: for those who work on barelab itself, in a clone of it."""

from __future__ import annotations

import importlib
from pathlib import Path

import click

from barelab.support import console
from barelab.support.errors import CouldNotTell
from barelab.support.interrupts import as_keyboard_interrupt


@click.command()
@click.argument("names", nargs=-1, metavar="[STEP]...")
@click.option("--fast", is_flag=True, help="Only what needs no container engine: under a minute.")
@click.option("--all", "everything", is_flag=True, help="Also what usually runs at night.")
@click.pass_context
def test(context: click.Context, names: tuple[str, ...], fast: bool, everything: bool) -> None:
    """Run barelab's own checks and tests, or only the steps that are named."""
    from barelab.bootstrap import BootstrapError
    from barelab.dev.runner import chosen, run_steps

    as_keyboard_interrupt()
    try:
        outcomes = run_steps(chosen(names, fast=fast), everything=everything, say=console.say)
    except BootstrapError as error:
        raise CouldNotTell(str(error)) from error
    failed = [outcome.step.name for outcome in outcomes if not outcome.passed]
    if failed:
        console.say(f"failed: {', '.join(failed)}")
    console.say(f"{len(outcomes) - len(failed)} passed, {len(failed)} failed")
    context.exit(1 if failed else 0)


class _Dev(click.Group):
    """Adds what is loaded only when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), "engines"])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name != "engines":
            return super().get_command(ctx, cmd_name)
        loaded = importlib.import_module("barelab.cli.engines").engines
        return loaded if isinstance(loaded, click.Command) else None


@click.group(cls=_Dev)
def dev() -> None:
    """Commands for barelab's developers."""


@dev.command("help-text")
def help_text() -> None:
    """Write the text of `barelab --help` anew, which is shown without loading anything."""
    from barelab.cli import main
    from barelab.dev.clone import clone_root

    clone_root()
    Path(__file__).with_name("help.txt").write_text(main.help_text())


@dev.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--keep", "kept", is_flag=True, help="Put the table into docs.")
def rates(files: tuple[Path, ...], kept: bool) -> None:
    """Count how often grading was wrong, from what `prove --json` wrote."""
    from barelab.dev import rates as counting
    from barelab.dev.clone import clone_root
    from barelab.support.marked import keep

    told = counting.rates(counting.read_cells(files)).told()
    console.say(told)
    if kept:
        keep(clone_root() / "docs/how-often-grading-is-wrong.md", "rates", told)


@dev.command("due")
@click.argument("day", type=click.IntRange(0))
def due_exercises(day: int) -> None:
    """Name the exercises in the order in which they are due on a DAY (a number).

    First those that the commits of the last three hours changed.
    """
    from barelab.dev.clone import clone_root
    from barelab.dev.due import due
    from barelab.model.loading import exercise_names

    for name in due(clone_root(), "exercises", exercise_names(), day):
        console.say(name)


@dev.command()
def lock() -> None:
    """Write the lock files anew, with uv."""
    from barelab.dev.locks import renew_locks

    renew_locks()
