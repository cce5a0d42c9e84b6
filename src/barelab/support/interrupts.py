"""A hang-up or a request to end, treated like Ctrl-C."""

from __future__ import annotations

import signal
from types import FrameType


def as_keyboard_interrupt() -> None:
    """Let SIGHUP and SIGTERM end this process in the way that Ctrl-C does."""
    for number in (signal.SIGHUP, signal.SIGTERM):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _interrupt)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
