"""The geometry of a run's chart: what happened to the load when, above the nodes' states."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

WIDTH, LEFT, RIGHT = 960, 48, 12
TOP, PLOT, STRIP, GAP, FOOT = 34, 190, 18, 8, 26
# Lines of the grid at most; seconds between marks of the time that people can read.
_GRID, _TICKS = 5, (1, 2, 5, 10, 20, 30, 60, 120, 300, 600)
_TICK_PX = 60


@dataclass(frozen=True, slots=True)
class Line:
    """A line with a label: of the grid, or of something that happened."""

    at: float
    label: str
    kind: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A time in which a node was something."""

    x: float
    width: float
    state: str
    title: str


@dataclass(frozen=True, slots=True)
class Strip:
    """A node and what it was over the time."""

    node: str
    y: float
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart in pixels. `writes` and `errors` are the points of areas."""

    height: float
    writes: str
    errors: str
    across: tuple[Line, ...]
    times: tuple[Line, ...]
    marks: tuple[Line, ...]
    strips: tuple[Strip, ...]

    width, left, right, top, plot, strip = WIDTH, LEFT, RIGHT, TOP, PLOT, STRIP


def chart(run: Mapping[str, Any], step_s: float) -> Chart:
    """Return the chart of a run, as its JSON tells it."""
    series = run["series"]
    seconds = max(step_s, len(series["writes"]) * step_s)
    bad = [w + r for w, r in zip(series["failed_writes"], series["failed_reads"], strict=True)]
    # What waited is answered in a burst, beside which all else would be flat: it is cut.
    usual = max(median(series["writes"] or [0]), max(bad, default=0))
    most = min(max(series["writes"], default=0), 2 * usual)
    scale = _Scale(seconds, max(5.0, 1.1 * max(usual, most) / step_s))
    marks = [
        Line(scale.x(mark["at_s"]), str(number), mark["kind"], mark["text"])
        for number, mark in enumerate(run["marks"], start=1)
    ]
    strips = tuple(
        Strip(node, TOP + PLOT + GAP + number * (STRIP + 4), tuple(_blocks(states, seconds, scale)))
        for number, (node, states) in enumerate(run["states"].items())
    )
    return Chart(
        height=TOP + PLOT + GAP + len(strips) * (STRIP + 4) + FOOT,
        writes=_area(series["writes"], step_s, scale),
        errors=_area(bad, step_s, scale),
        across=tuple(_across(scale)),
        times=tuple(_times(seconds, scale)),
        marks=tuple(marks),
        strips=strips,
    )


@dataclass(frozen=True, slots=True)
class _Scale:
    seconds: float
    highest: float

    def x(self, seconds: float) -> float:
        inside = WIDTH - LEFT - RIGHT
        return round(LEFT + inside * min(1.0, max(0.0, seconds / self.seconds)), 1)

    def y(self, rate: float) -> float:
        return round(TOP + PLOT * (1 - min(1.0, rate / self.highest)), 1)


def _area(counts: Sequence[int], step_s: float, scale: _Scale) -> str:
    points = [(scale.x(0), scale.y(0))]
    for number, count in enumerate(counts):
        height = scale.y(count / step_s)
        points += [(scale.x(number * step_s), height), (scale.x((number + 1) * step_s), height)]
    points.append((scale.x(len(counts) * step_s), scale.y(0)))
    return " ".join(f"{x:g},{y:g}" for x, y in points)


def _across(scale: _Scale) -> list[Line]:
    step = next(s for s in (1, 2, 5, 10, 20, 50, 100, 200, 500) if scale.highest / s <= _GRID)
    return [Line(scale.y(n), str(n)) for n in range(0, int(scale.highest) + 1, step)]


def _times(seconds: float, scale: _Scale) -> list[Line]:
    wide = (WIDTH - LEFT - RIGHT) / seconds
    step = next((s for s in _TICKS if s * wide >= _TICK_PX), _TICKS[-1])
    return [Line(scale.x(n), f"{n} s") for n in range(0, int(seconds) + 1, step)]


def _blocks(states: Sequence[Sequence[Any]], seconds: float, scale: _Scale) -> list[Block]:
    ends = [*(at for at, _ in states[1:]), seconds]
    return [
        Block(scale.x(at), round(scale.x(end) - scale.x(at), 1), state, f"{state} from {at:.1f} s")
        for (at, state), end in zip(states, ends, strict=True)
    ]
