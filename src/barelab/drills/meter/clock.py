"""The two clocks of a journal: one that only goes on, one that people may set."""

from __future__ import annotations

import time


class Clock:
    """The machine's clocks; a test gives others."""

    def mono(self) -> float:
        """Return seconds that never step (CLOCK_MONOTONIC); the host's and all its nodes' same."""
        return time.monotonic()

    def wall(self) -> float:
        """Return seconds since the epoch, as somebody set them."""
        return time.time()
