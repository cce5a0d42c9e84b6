"""Loading the nodes of a lab file, and making nodes of groups."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from barelab.model import record as words
from barelab.model.item import Item
from barelab.model.lab import Node
from barelab.model.names import PROBE
from barelab.model.readers import Reader, check_key, each, integer, mapping, reference
from barelab.model.record import record

USER = "user"
# In arrows: every node.
ALL = "all"
MAX_COUNT = 64
_count = integer(1, MAX_COUNT)


def read_nodes(
    item: Item, networks: Collection[str], roles: Collection[str]
) -> dict[str, tuple[Node, ...]]:
    """Return the nodes below each key of `nodes`, in the file's order.

    Raises:
        ContentError: among others, two keys make a node of the same name.
    """
    read_roles = each(reference("role", roles), at_least=1)
    read_networks = each(reference("network", networks), at_least=1)
    if not mapping(item):
        raise item.fault("must have at least 1")
    groups: dict[str, tuple[Node, ...]] = {}
    taken: set[str] = set()
    for key, entry in mapping(item).items():
        groups[key] = tuple(_group(key, entry, read_roles, read_networks))
        for node in groups[key]:
            if node.name in taken:
                raise entry.key_fault(f"there are two nodes named '{node.name}'")
            taken.add(node.name)
    return groups


def node_names(item: Item) -> dict[str, tuple[str, ...]]:
    """Return the names of the nodes below each key of `nodes`, without looking at what they are."""
    return {key: tuple(_names(key, entry)) for key, entry in mapping(item).items()}


def _group(
    key: str,
    entry: Item,
    read_roles: Reader[tuple[str, ...]],
    read_networks: Reader[tuple[str, ...]],
) -> Iterator[Node]:
    names = tuple(_names(key, entry))
    fields = record(entry, ("networks",), ("role", "roles", "count"))
    if ("role" in fields.entries) == ("roles" in fields.entries):
        raise entry.key_fault(f"'{key}' must have either 'role' or 'roles'")
    roles = (
        fields.get("roles", read_roles)
        if "roles" in fields.entries
        else fields.get("role", lambda role: read_roles(_as_list(role)))
    )
    networks = fields.get("networks", read_networks)
    for name in names:
        yield Node(name=name, group=key, roles=roles, networks=networks)


def _names(key: str, entry: Item) -> Iterator[str]:
    check_key(key, entry, words.name)
    if key in (PROBE, USER, ALL):
        raise entry.key_fault(f"the name '{key}' is taken by barelab itself")
    count = mapping(entry).get("count")
    if not key[-1].isdigit():
        for number in range(1, (_count(count) if count else 1) + 1):
            yield check_key(f"{key}{number}", entry, words.name)
    elif count:
        raise count.fault(f"is for groups, and '{key}' ends in a digit: it is one node")
    else:
        yield key


def _as_list(item: Item) -> Item:
    return Item(item.path, item.label, item.key_line, item.line, (item,))
