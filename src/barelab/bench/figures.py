"""What was measured, as figures: medians with their spread, and ratios of what ran side by side."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """Several measurements of one thing: seconds or a ratio."""

    values: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle one."""
        return statistics.median(self.values)

    def as_json(self) -> dict[str, object]:
        """Return median, least, most and every value."""
        return {
            "median": round(self.median, 3),
            "min": round(min(self.values), 3),
            "max": round(max(self.values), 3),
            "values": [round(value, 3) for value in self.values],
        }

    def __str__(self) -> str:
        if len(self.values) == 1:
            return f"{self.median:.2f}"
        return f"{self.median:.2f} ({min(self.values):.2f} to {max(self.values):.2f})"


@dataclass(frozen=True, slots=True)
class Result:
    """One line of the report; `beside` ran in the same rounds, `target` is the highest ratio.

    `target_s` is the longest median, in seconds.
    """

    name: str
    seconds: Figure
    beside_name: str = ""
    beside: Figure | None = None
    target: float | None = None
    target_s: float | None = None

    @property
    def ratio(self) -> Figure | None:
        """Round by round, how much longer than what ran beside it."""
        if self.beside is None:
            return None
        pairs = zip(self.seconds.values, self.beside.values, strict=True)
        return Figure(tuple(own / other for own, other in pairs))

    @property
    def reached(self) -> bool | None:
        """Whether every target is reached, or None where there is none."""
        met = []
        if self.target is not None and self.ratio is not None:
            met.append(self.ratio.median <= self.target)
        if self.target_s is not None:
            met.append(self.seconds.median <= self.target_s)
        return all(met) if met else None

    def as_json(self) -> dict[str, object]:
        """Return the object of `bench --json`."""
        ratio = self.ratio
        return {
            "name": self.name,
            "seconds": self.seconds.as_json(),
            "beside": {"name": self.beside_name, **self.beside.as_json()} if self.beside else None,
            "ratio": ratio.as_json() if ratio else None,
            "target": self.target,
            "target_s": self.target_s,
            "reached": self.reached,
        }

    def row(self) -> tuple[str, str, str, str, str]:
        """Return the cells of the report's table."""
        wanted = ""
        if self.reached is not None:
            limits = [] if self.target is None else [f"{self.target:.2f}"]
            limits += [] if self.target_s is None else [f"{self.target_s:.0f} s"]
            wanted = f"at most {' and '.join(limits)}: {'reached' if self.reached else 'missed'}"
        beside = f"{self.beside}  {self.beside_name}" if self.beside else ""
        return self.name, str(self.seconds), beside, str(self.ratio or ""), wanted


HEAD = ("seconds: median (least to most)", "barelab", "beside it", "ratio", "target")


def figure(values: Sequence[float]) -> Figure:
    """Return the figure of some measurements."""
    return Figure(tuple(values))
