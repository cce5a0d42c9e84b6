"""`progress`: what has been attempted and passed, and what is next."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from barelab.cli.options import JSON
from barelab.support import console

if TYPE_CHECKING:
    from barelab.exercises.progress import Standing

_HEAD = ("exercise", "level", "state", "attempts", "hints", "best")
# A program that opens the file would take what starts so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@click.command()
@click.option("--csv", "as_csv", is_flag=True, help="Print comma-separated values.")
@JSON
def progress(as_json: bool, as_csv: bool) -> None:
    """Show what you have attempted and passed, by track, and what is next."""
    from barelab.exercises.progress import OPEN, next_up, standings, streak, tracks
    from barelab.exercises.store import Store

    store = Store()
    found, days = standings(store), streak(store.passed_on())
    upcoming = next_up(found)
    if as_json:
        console.say_json(
            {
                "exercises": [each.as_json() for each in found],
                "tracks": [track.as_json() for track in tracks(found)],
                "streak_days": days,
                "next": upcoming.name if upcoming else None,
            }
        )
        return
    if as_csv:
        console.say(_csv(found))
        return
    for track in tracks(found):
        console.say(f"{track.name}: {track.passed} of {track.total} passed")
        rows = [_row(each) for each in found if each.track == track.name]
        console.say("\n".join(f"  {line}" for line in console.table(rows, _HEAD)) + "\n")
    if days:
        console.say(f"streak: {days} day{'s' if days > 1 else ''} in a row with a pass")
    if under_way := [each.name for each in found if each.state == OPEN]:
        console.say(f"under way: {', '.join(under_way)}")
    elif upcoming:
        console.say(f"next: barelab exercise start {upcoming.name}")


def _row(each: Standing) -> tuple[str, ...]:
    words = (str(each.level), each.state, str(each.attempts), str(each.hints), each.score)
    return (each.name, *words)


def _csv(found: Sequence[Standing]) -> str:
    stream = io.StringIO()
    rows = [each.as_json() for each in found]
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(rows[0] if rows else ())
    for row in rows:
        writer.writerow([_plain(str(value)) for value in row.values()])
    return stream.getvalue().rstrip("\n")


def _plain(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
