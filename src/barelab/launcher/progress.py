"""Steps of a plan as a person follows them: live lines on a terminal, plain lines in a pipe."""

from __future__ import annotations

import sys
import threading
import time
from types import TracebackType
from typing import TYPE_CHECKING

from barelab.launcher.execute import Event, Phase
from barelab.launcher.plan import (
    BuildImage,
    CreateNetwork,
    CreateNode,
    JoinNetwork,
    Operation,
    Remove,
    ResumeNode,
    StartNode,
)
from barelab.support import console
from barelab.support.text import clean

if TYPE_CHECKING:
    from rich.live import Live
    from rich.table import Table

_DOING: dict[type[Operation], tuple[str, str]] = {
    BuildImage: ("building image", "image built"),
    CreateNetwork: ("creating", "created"),
    CreateNode: ("creating", "created"),
    StartNode: ("starting", "started"),
    ResumeNode: ("resuming", "resumed"),
    JoinNetwork: ("connecting", "connected"),
    Remove: ("removing", "removed"),
}
_SHOWN_TEXT = 60


class Progress:
    """A context in which events are shown. `waiting_for`: what a started node still waits for."""

    def __init__(self, waiting_for: str = "") -> None:
        self._waiting_for = waiting_for
        self._began = time.monotonic()
        self._rows: dict[str, tuple[str, float]] = {}
        self._lock = threading.Lock()
        self._live: Live | None = None

    def __enter__(self) -> Progress:
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.live import Live

            self._live = Live(
                get_renderable=self._table,
                console=Console(stderr=True),
                refresh_per_second=8,
                transient=True,
            )
            self._live.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._live is not None:
            self._live.__exit__(kind, error, trace)
            self._live = None

    def note(self, text: str) -> None:
        """Show a line beside the steps."""
        if self._live is not None:
            self._live.console.print(text, markup=False, highlight=False)
        else:
            console.note(text)

    def __call__(self, event: Event) -> None:
        """Show an event."""
        step = event.operation
        row = step.node or step.key
        begun, done = _DOING[type(step)]
        with self._lock:
            if event.phase is Phase.BEGUN:
                self._show(row, begun, f"{row}: {begun} ({event.text})")
            elif event.phase is Phase.TOLD:
                self._show(row, f"{begun}: {clean(event.text)[:_SHOWN_TEXT]}", "")
            elif event.phase is Phase.DONE:
                waits = isinstance(step, StartNode) and self._waiting_for
                state = f"waiting for {self._waiting_for}" if waits else done
                self._show(row, state, f"{row}: {done} in {event.seconds:.1f} s")
            else:
                self._show(row, f"failed: {event.text}", "")

    def _show(self, row: str, state: str, line: str) -> None:
        self._rows[row] = (state, time.monotonic())
        if self._live is None and line:
            console.note(f"[{time.monotonic() - self._began:5.1f} s] {line}")

    def _table(self) -> Table:
        from rich.table import Table

        now = time.monotonic()
        table = Table.grid(padding=(0, 2))
        with self._lock:
            for row, (state, since) in self._rows.items():
                table.add_row(row, state, f"{now - since:.0f} s")
        table.add_row("", f"{now - self._began:.0f} s in all", "")
        return table
