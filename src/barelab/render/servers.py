"""A lab as a list of servers, and what they cost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from barelab.model.lab import Lab
from barelab.model.prices import Prices
from barelab.render.nodes import memory_mib


@dataclass(frozen=True, slots=True)
class Servers:
    """The servers of one group. `memory_mib` is what each of them has."""

    group: str
    count: int
    roles: tuple[str, ...]
    memory_mib: int

    def inr(self, prices: Prices) -> float:
        """Return what they cost together, in INR per month.

        Raises:
            ContentError: there is no price for such a server.
        """
        return self.count * prices.of(self.group, self.memory_mib)


def servers(lab: Lab) -> Iterator[Servers]:
    """Yield what a lab would be as servers, group by group in the lab's order."""
    for group, members in groupby(lab.visible(), key=lambda node: node.group):
        first, *others = members
        yield Servers(group, 1 + len(others), first.roles, memory_mib(lab, first))
