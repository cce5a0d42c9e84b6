"""The figures in words, for reports."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from barelab.model.lab import PRESENCE

# Figure: (name, unit, what it is).
FIGURES: dict[str, tuple[str, str, str]] = {
    "write_rto_s": (
        "Write RTO",
        "s",
        "the longest time without an acknowledged write that ends after the fault, "
        "less the usual pause between two",
    ),
    "read_rto_s": ("Read RTO", "s", "the same for reads"),
    "degraded_s": (
        "Degraded",
        "s",
        "from the fault until the last request that failed or waited for more than a second",
    ),
    "time_to_detect_s": (
        "Time to detect",
        "s",
        "from the fault until a monitor rings: two questions for the health page in a row that "
        "fail, or a database that does not answer for a second",
    ),
    "time_to_full_redundancy_s": (
        "Time to full redundancy",
        "s",
        "from the fault until no request fails any more, the fault is lifted, one database takes "
        "writes and as many follow it as before",
    ),
    "rpo_s": ("RPO", "s", "how far back acknowledged writes are gone"),
    "attempted": ("Attempted writes", "", "each with an id of its own"),
    "acknowledged": ("Acknowledged writes", "", "answered with success"),
    "lost": ("Lost writes", "", "acknowledged, and not there at the end"),
    "recovered": ("Recovered writes", "", "never answered, and there at the end"),
    "unexpected": ("Unexpected writes", "", "refused, and there at the end"),
    "duplicate": ("Duplicate writes", "", "rows beyond one for each id"),
    "wrong": ("Wrong", "", "things beside payments that are not as they must be"),
    "two_writers_s": ("Two writers", "s", "for how long two databases took writes"),
    "errors": ("Errors", "", "writes and reads that were not answered well"),
    "write_errors": ("Write errors", "", "writes that were not acknowledged"),
    "read_errors": ("Read errors", "", "reads that failed, or did not find what was there"),
    "p99_s": (
        "Slowest hundredth",
        "s",
        "99 of 100 good answers came within this time of when they were due",
    ),
}


def place_of(result: Mapping[str, Any]) -> str:
    """Return the lab of a result, with the options that it was made with."""
    usual, without = PRESENCE
    ways = (
        f"{choice} {name}" if choice == without else choice
        for name, choice in result.get("options", {}).items()
        if choice != usual
    )
    return ", ".join((result["lab"], *ways))


def name_of(figure: str) -> str:
    """Return a figure's name."""
    return FIGURES[figure][0]


def value_of(figure: str, value: float | int | None) -> str:
    """Return a figure's value with its unit, or that nobody knows it."""
    if value is None:
        return "unknown"
    unit = FIGURES[figure][1]
    return f"{value:.2f} {unit}" if unit else f"{value:g}"
