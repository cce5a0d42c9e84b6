"""A drill as a person follows it: a live page, or lines in a pipe, and a table at the end."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from barelab.drills.rehearsal import BY_HAND
from barelab.drills.rehearse import Order
from barelab.drills.run import Run
from barelab.drills.sight import Sight
from barelab.drills.words import place_of
from barelab.support import console
from barelab.support.interrupts import as_keyboard_interrupt

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.live import Live

_EVERY_S = 5.0
_TOTALS = ("attempted", "acknowledged", "errors")
_WORDS = {True: ("held", "green"), False: ("NO", "red"), None: ("could not tell", "yellow")}


def tell_situation(order: Order) -> None:
    """Tell what will happen, and to whom it is left."""
    drill = order.drill
    console.note(f"{drill.title}: {drill.hypothesis}")
    if order.operator != BY_HAND:
        return
    seat = order.owner.option
    console.say(f"\n{drill.story}\n")
    console.say("Work in other terminals; this one shows the service.")
    for node in order.lab.visible():
        console.say(f"  barelab shell {node.name}{seat}")
    console.say(f"  barelab up {order.owner.lab}{seat}    switches on what is off")


class Shown:
    """A context in which a drill is shown on stderr."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self._live: Live | None = None
        self._phase, self._told_at = "", 0.0

    def __enter__(self) -> Shown:
        as_keyboard_interrupt()
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.live import Live

            self._live = Live(console=Console(stderr=True), auto_refresh=False, transient=True)
            self._live.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self._live is not None:
            self._live.__exit__(None, None, None)
        if kind is not None and issubclass(kind, KeyboardInterrupt):
            owner = self._order.owner
            again = f"`barelab up {owner.lab}{owner.option}`"
            console.note(
                f"interrupted; the fault was lifted and the load ended. {again} looks after {owner}"
            )

    def sight(self, sight: Sight) -> None:
        """Show how the service is now."""
        now = time.monotonic()
        if self._live is not None:
            self._live.update(_page(self._order, sight), refresh=True)
        elif sight.phase != self._phase or now - self._told_at >= _EVERY_S:
            self._phase, self._told_at = sight.phase, now
            console.note(_line(sight))

    def run(self, number: int, run: Run) -> None:
        """Show what a run came to."""
        self.note(f"run {number + 1} of {self._order.runs}, seed {run.seed}: {_told(run)}")
        for mark in run.marks:
            self.note(f"  {mark.at_s:7.2f} s  {mark.kind:<8}  {mark.text}")
        for text in run.notes:
            self.note(f"  note: {text}")

    def note(self, text: str) -> None:
        """Show a line beside the page."""
        if self._live is not None:
            self._live.console.print(text, markup=False, highlight=False)
        else:
            console.note(text)


def show_result(told: Mapping[str, Any]) -> None:
    """Print every figure with its bound, median and worst, and what came of all.

    `told` is a result as JSON has it.
    """
    if told.get("aborted"):
        console.say(f"not over: {told['aborted']}")
    head = ("figure", "goal or must", "median", "worst", "")
    console.say("\n".join(console.table([_row(each) for each in told["judged"]], head)))
    counted = [run for run in told["runs"] if not run["aborted"]]
    totals = [f"{sum(run[name] for run in counted)} {name}" for name in _TOTALS]
    console.say(f"\n{', '.join(totals)}")
    for number, run in enumerate(told["runs"], start=1):
        if run["aborted"]:
            console.say(f"run {number} does not count: {run['aborted']}")
    word, colour = _WORDS[told["held"]]
    runs = "1 run" if len(counted) == 1 else f"{len(counted)} runs"
    console.say(f"{console.paint(word, colour)}: {told['title']}, {runs} on {place_of(told)}")


def league(results: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the lines of a table of all results: for each drill, lab and operator the best first.

    Those that did not hold, or could not be told, come after those that did.
    """
    if not results:
        return ["no drill was run yet; `barelab drill list` shows them"]
    rows = [(_rank(told), _standing(told)) for told in results]
    head = ("drill", "lab", "operator", "write RTO", "lost", "runs", "", "result")
    return console.table([row for _, row in sorted(rows, key=lambda pair: pair[0])], head)


def _rank(told: Mapping[str, Any]) -> tuple[object, ...]:
    worst = _worst(told, "write_rto_s")
    place = {True: 0, False: 1, None: 2}[told["held"]]
    infinity = float("inf")
    return (
        *(told["drill"], place_of(told), told["operator"]),
        *(place, infinity if worst is None else worst, told["name"]),
    )


def _standing(told: Mapping[str, Any]) -> tuple[str, ...]:
    counted = [run for run in told["runs"] if not run["aborted"]]
    word, _ = _WORDS[told["held"]]
    return (
        *(told["drill"], place_of(told), told["operator"]),
        *(_number(_worst(told, figure), figure) for figure in ("write_rto_s", "lost")),
        *(str(len(counted)), word, told["name"]),
    )


def _worst(told: Mapping[str, Any], figure: str) -> float | None:
    return next((each["worst"] for each in told["judged"] if each["figure"] == figure), None)


def _row(each: Mapping[str, Any]) -> tuple[str, ...]:
    bound = "" if each["bound"] is None else f"{each['kind']}: at most {each['bound']:g}"
    word, _ = _WORDS[each["held"]] if each["kind"] else ("", "")
    values = (_number(each[name], each["figure"]) for name in ("median", "worst"))
    return (each["figure"], bound, *values, word)


def _number(value: float | int | None, figure: str) -> str:
    if value is None:
        return "unknown"
    return f"{value:.2f}" if figure.endswith("_s") else f"{value:g}"


def _told(run: Run) -> str:
    if run.aborted:
        return f"does not count: {run.aborted}"
    f = run.figures
    return (
        f"write RTO {_number(f.write_rto_s, 'write_rto_s')} s, "
        f"read RTO {_number(f.read_rto_s, 'read_rto_s')} s, "
        f"{_number(f.lost, 'lost')} of {f.acknowledged} lost; {run.ended}"
    )


def _line(sight: Sight) -> str:
    if sight.last_write_s is None:
        return sight.phase
    struck = f"{sight.struck_s:5.1f} s after the fault: " if sight.struck_s is not None else ""
    return (
        f"[{sight.running_s:5.1f} s] {struck}{sight.phase}; {sight.writes_per_s:.0f} writes/s, "
        f"{sight.reads_per_s:.0f} reads/s, {sight.errors_per_s:.0f} errors/s, "
        f"last good write {sight.last_write_s:.1f} s ago"
    )


def _page(order: Order, sight: Sight) -> RenderableType:
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 2))
    good = sight.errors_per_s == 0
    hidden = order.operator == BY_HAND and sight.struck_s is None
    phase = "the fault will strike at any moment" if hidden else sight.phase
    table.add_row("", Text(f"{order.drill.title} on {order.owner}", style="bold"))
    table.add_row("", Text(phase))
    if sight.last_write_s is None:
        return table
    table.add_row("time", f"{sight.running_s:.0f} s")
    if sight.struck_s is not None:
        table.add_row("since the fault", Text(f"{sight.struck_s:.1f} s", style="bold"))
    table.add_row("writes", f"{sight.writes_per_s:.1f} /s")
    table.add_row("reads", f"{sight.reads_per_s:.1f} /s")
    table.add_row("errors", Text(f"{sight.errors_per_s:.1f} /s", style="green" if good else "red"))
    late = sight.last_write_s > 1
    table.add_row(
        "last good write", Text(f"{sight.last_write_s:.1f} s ago", style="red" if late else "green")
    )
    return table
