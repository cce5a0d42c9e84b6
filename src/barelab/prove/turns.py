"""Turns: some seats work while the others wait for time to pass, which needs nobody."""

from __future__ import annotations

import threading
import time


class Turns:
    """So many at once may work; as a context manager it is one turn."""

    def __init__(self, at_once: int) -> None:
        self._places = threading.Semaphore(at_once)

    def __enter__(self) -> Turns:
        self._places.acquire()
        return self

    def __exit__(self, *_: object) -> None:
        self._places.release()

    def pause(self, seconds: float) -> None:
        """Let so many seconds pass, and others work meanwhile; for who has a turn."""
        self._places.release()
        try:
            time.sleep(seconds)
        finally:
            self._places.acquire()
