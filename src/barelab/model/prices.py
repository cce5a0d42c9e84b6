"""A reader's own prices of servers, and loading them: the file of `barelab cost --prices`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from barelab.model.document import read_document
from barelab.model.item import Item
from barelab.model.lab_file import lab_groups, lab_names
from barelab.model.readers import integer, items, number, reference, table
from barelab.model.record import record
from barelab.support.errors import ContentError
from barelab.support.text import quoted

# The rate that the talk reckoned with; it is not today's.
INR_PER_USD = 83.0
_INR_PER = {"INR": 1.0, "USD": INR_PER_USD}
_MAX_MEMORY_MIB = 16 * 1024**2
_memory = integer(1, _MAX_MEMORY_MIB)
_price = number(0, 1e9)


@dataclass(frozen=True, slots=True)
class Prices:
    """What one server costs, in INR per month.

    `sizes` are by the memory in MiB that such a server has, the smallest first. A group that
    stands in `groups` costs that instead, each of its servers.
    """

    path: Path
    sizes: Mapping[int, float]
    groups: Mapping[str, float]

    def of(self, group: str, memory_mib: int) -> float:
        """Return what one server of a group costs that must have so much memory.

        Raises:
            ContentError: neither the group nor a size that is large enough has a price.
        """
        if group in self.groups:
            return self.groups[group]
        for size_mib, price in self.sizes.items():
            if size_mib >= memory_mib:
                return price
        raise ContentError(
            self.path,
            1,
            f"there is no price for {quoted(group)}, a server with {memory_mib} MiB: "
            "add it to 'groups', or a size that is large enough to 'sizes'",
        )


def load_prices(path: Path, root: Path | None = None) -> Prices:
    """Return the prices of a file.

    Raises:
        ContentError: the file is wrong.
    """
    top = record(read_document(path), ("currency",), ("sizes", "groups"))
    inr = _INR_PER[top.get("currency", reference("currency (INR or USD)", _INR_PER))]
    known = {group for lab in lab_names(root) for group in lab_groups(lab, root)}
    sizes = top.get_or("sizes", _sizes, {})
    groups = top.get_or("groups", table(reference("group of a lab", known), _price), {})
    return Prices(
        path,
        {memory_mib: price * inr for memory_mib, price in sorted(sizes.items())},
        {group: price * inr for group, price in groups.items()},
    )


def _sizes(item: Item) -> dict[int, float]:
    sizes: dict[int, float] = {}
    for entry in items(item):
        size = record(entry, ("memory_mib", "price"))
        memory_mib = size.get("memory_mib", _memory)
        if memory_mib in sizes:
            raise entry.key_fault(f"there are two sizes of {memory_mib} MiB")
        sizes[memory_mib] = size.get("price", _price)
    return sizes
