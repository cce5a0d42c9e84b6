"""A few programs that threads borrow: made when they are wanted, and used again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import LifoQueue
from typing import Generic, Protocol, TypeVar


class Closing(Protocol):
    """What has to be closed."""

    def close(self) -> None:
        """End it."""
        ...


T = TypeVar("T", bound=Closing)


class Pool(Generic[T]):
    """At most so many of a kind; who finds all lent waits."""

    def __init__(self, size: int) -> None:
        self._places: LifoQueue[T | None] = LifoQueue()
        self._made: list[T] = []
        self._closed = False
        for _ in range(size):
            self._places.put(None)

    @contextmanager
    def lend(self, make: Callable[[], T]) -> Iterator[T]:
        """Lend one that nobody else uses meanwhile; one that broke is closed."""
        lent = self._places.get() or self._kept(make())
        sound: T | None = None
        try:
            yield lent
            sound = lent
        finally:
            self._places.put(sound)
            if sound is None:
                lent.close()

    def close(self) -> None:
        """Close all, also what is lent to a thread whose time was over long ago."""
        self._closed = True
        for each in self._made:
            each.close()

    def _kept(self, made: T) -> T:
        self._made.append(made)
        if self._closed:  # asked for by such a thread
            made.close()
        return made
