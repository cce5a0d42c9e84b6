"""The journal: JSON, a line for whatever ended, flushed at once, so that a kill loses nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import IO, Any

from .clock import Clock

FORMAT = 1
# Longer texts of errors say nothing more.
_WHY = 200


class Journal:
    """Appends to a file."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._clock = clock
        self._stream: IO[str] = path.open("a", encoding="utf-8")

    def header(self, run: str, **more: Any) -> None:
        """Write what the journal is of."""
        self._write("header", format=FORMAT, run=run, **more, **self._now())

    def attempt(
        self,
        kind: str,
        key: str,
        due: float,
        begun: float,
        outcome: str,
        status: int,
        why: str,
    ) -> None:
        """Write that an attempt ended now."""
        times = {"due": _short(due), "begun": _short(begun), "ended": _short(self._clock.mono())}
        said = {"outcome": outcome, "status": status, "why": why[:_WHY]}
        self._write("attempt", kind=kind, id=key, **times, **said)

    def clock(self) -> None:
        """Write both clocks, so that a step of one of them shows."""
        self._write("clock", **self._now())

    def end(self, why: str) -> None:
        """Write the last line."""
        self._write("end", why=why, **self._now())
        self._stream.close()

    def _now(self) -> dict[str, float]:
        return {"mono": _short(self._clock.mono()), "wall": _short(self._clock.wall())}

    def _write(self, line: str, **fields: Any) -> None:
        self._stream.write(json.dumps({"line": line, **fields}, separators=(",", ":")) + "\n")
        self._stream.flush()


def _short(seconds: float) -> float:
    return round(seconds, 6)
