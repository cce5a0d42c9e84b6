"""A search server that does not answer: nobody waits for it twice."""

from __future__ import annotations

import time

# So long it is not asked again by who waits for a page.
PAUSE_S = 10.0

_until = 0.0


class SearchAway(OSError):
    """The search server did not answer, or not as it should."""


def paused() -> bool:
    """Return whether it was found away a moment ago, by this process."""
    return time.monotonic() < _until


def pause(*, over: bool = False) -> None:
    """Remember that it is away; or that it is not."""
    global _until  # noqa: PLW0603
    _until = 0.0 if over else time.monotonic() + PAUSE_S
