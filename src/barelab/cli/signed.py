"""`results`: signed results of exercises, for those who want them verified."""

from __future__ import annotations

from pathlib import Path

import click

from barelab.cli.options import JSON
from barelab.support import console


@click.group()
def results() -> None:
    """Verify signed results of exercises."""


@results.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--for", "made_for", metavar="TEXT", help="Refuse results that bear another text.")
@click.option("--signer", metavar="KEY", help="Refuse results of other signers.")
@JSON
def verify(
    files: tuple[Path, ...], made_for: str | None, signer: str | None, as_json: bool
) -> None:
    """Say who signed each file, and refuse what was altered, or was handed in before."""
    from barelab.exercises.store import Store
    from barelab.exercises.verifying import verified

    store = Store()
    found = [verified(path, store, made_for, signer) for path in files]
    if as_json:
        console.say_json({"results": [each.as_json() for each in found]})
    else:
        for each in found:
            word, colour = ("ok", "green") if each.ok else ("REFUSED", "red")
            console.say(f"{console.paint(word, colour)}  {each.told()}")
    raise SystemExit(0 if all(each.ok for each in found) else 1)


@results.command()
def signer() -> None:
    """Print the short form of the key with which this installation signs."""
    from barelab.exercises.signing import own_signer

    console.say(own_signer())
