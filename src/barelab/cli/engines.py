"""`dev engines`: does a lab come up on every kind of engine?"""

from __future__ import annotations

import click

from barelab.support import console


@click.command()
@click.argument("lab", default="simple")
@click.option("--modern", is_flag=True, help="Build a modern engine, too (5 minutes, once).")
@click.option("--keep", "kept", is_flag=True, help="Put the table into docs/decisions.")
def engines(lab: str, modern: bool, kept: bool) -> None:
    """Bring a lab up on several engines beside this machine's own. Needs root."""
    from barelab.launcher.engines import kinds, table, try_lab
    from barelab.model.loading import load_lab
    from barelab.support.marked import keep
    from barelab.support.paths import content_root

    wanted = load_lab(lab)
    results = [try_lab(kind, wanted, console.note) for kind in kinds(modern, console.note)]
    console.say(table(results))
    if kept:
        page = content_root() / "docs/decisions/systemd-in-containers.md"
        keep(page, "engines", table(results))
