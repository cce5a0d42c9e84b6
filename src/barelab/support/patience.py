"""How slow the machines are that this process waits for, set once by who knows them."""

from __future__ import annotations

_factor = 1.0


def stretch(factor: float) -> None:
    """Have everything that waits for a node wait so many times as long, at most."""
    global _factor
    _factor = max(_factor, factor)


def patient(timeout_s: float) -> float:
    """Return how long to wait for what takes `timeout_s` at most on a usual machine."""
    return timeout_s * _factor
