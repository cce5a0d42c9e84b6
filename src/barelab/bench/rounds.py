"""Running contestants side by side: A B A B, so that what else the machine does meets both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from barelab.bench.contestants import Contestant
from barelab.support.errors import BarelabError

Tell = Callable[[str], None]


@dataclass(slots=True)
class Times:
    """What a contestant took in each round, in seconds."""

    up: list[float] = field(default_factory=list)
    down: list[float] = field(default_factory=list)


def side_by_side(contestants: Sequence[Contestant], rounds: int, tell: Tell) -> list[Times]:
    """Return the times of each contestant, in the order given.

    One round before counts for nothing: it builds what is missing and warms what both sides use.
    """
    times = [Times() for _ in contestants]
    try:
        for number in range(rounds + 1):
            for contestant, kept in zip(contestants, times, strict=True):
                up, down = contestant.up(), contestant.down()
                what = f"round {number}" if number else "before the first round"
                tell(f"{what}: {contestant.name}: up {up:.2f} s, down {down:.2f} s")
                if number:
                    kept.up.append(up)
                    kept.down.append(down)
    except BaseException:
        for contestant in contestants:
            with suppress(BarelabError):
                contestant.down()
        raise
    return times
