"""`exercise watch`: the checks as they change, live on a terminal, line by line in a pipe."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

from barelab.cli.results import WORDS, show_check
from barelab.grading.results import CheckResult, Result, Verdict
from barelab.support import console
from barelab.support.wait import until

if TYPE_CHECKING:
    from rich.table import Table

    from barelab.exercises.attempts import Attempts
    from barelab.exercises.store import Attempt

_EVERY_S = 2.0
_FOR_S = 24 * 3600.0
_EVIDENCE = 300


def watch_until_well(attempts: Attempts, attempt: Attempt) -> Verdict:
    """Check until all is well, and return that verdict; a day later, the last one."""
    shown = _Live() if sys.stdout.isatty() else _Lines()
    last = Verdict.COULD_NOT_GRADE

    def well() -> bool:
        nonlocal last
        result = look()
        last = result.verdict
        shown.show(result)
        return last is Verdict.PASS

    with attempts.looking(attempt) as look, shown:
        until(well, _FOR_S, every_s=_EVERY_S)
    if last is Verdict.PASS:
        console.say(f"all is well; `barelab exercise finish{attempt.owner.option}` grades for good")
    return last


class _Lines:
    """Prints a check when its verdict or evidence changes."""

    def __init__(self) -> None:
        self._before: dict[str, Verdict] = {}

    def __enter__(self) -> _Lines:
        return self

    def __exit__(self, *_: object) -> None: ...

    def show(self, result: Result) -> None:
        for check in result.checks:
            if self._before.get(check.name) is not check.verdict:
                self._before[check.name] = check.verdict
                show_check(check)


class _Live:
    """Shows all checks at once, each with its last evidence, and when it was asked."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.live import Live

        self._live = Live(console=Console(highlight=False), auto_refresh=False)

    def __enter__(self) -> _Live:
        self._live.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.__exit__(None, None, None)

    def show(self, result: Result) -> None:
        self._live.update(_table(result), refresh=True)


def _table(result: Result) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 2))
    for check in result.checks:
        word, colour = WORDS[check.verdict]
        table.add_row(Text(word, style=colour), Text(check.title, style="bold"))
        table.add_row("", Text(_evidence(check), style="dim"))
    passed = len(result.names(Verdict.PASS))
    now = time.strftime("%H:%M:%S")
    told = f"{passed} of {len(result.checks)} pass at {now}; Ctrl-C ends watching"
    table.add_row("", Text(f"\n{told}"))
    return table


def _evidence(check: CheckResult) -> str:
    text = " ".join(check.evidence.split())
    return text if len(text) <= _EVIDENCE else text[: _EVIDENCE - 1] + "…"
