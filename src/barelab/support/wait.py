"""The one way to wait: for a condition, until a deadline."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from barelab.support.patience import patient

T = TypeVar("T")


def until(
    ask: Callable[[], T | None],
    timeout_s: float,
    every_s: float = 0.05,
) -> T | None:
    """Return the first answer of `ask` that says something; None when the time is over.

    Where nodes are slow, the time is longer (`support.patience`).

    None, False, an empty text and an empty collection say nothing; zero is a number. `ask` is
    called at least once, and once more after the deadline has passed during a pause.
    """
    deadline = time.monotonic() + patient(timeout_s)
    while True:
        late = time.monotonic() >= deadline
        answer = ask()
        if answer or (answer is not False and answer == 0):
            return answer
        if late:
            return None
        time.sleep(every_s)
