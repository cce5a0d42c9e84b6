"""A lab with another number of nodes in its groups."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from barelab.model.lab import Lab, Node
from barelab.model.nodes import MAX_COUNT
from barelab.support.errors import UsageError
from barelab.support.text import did_you_mean, quoted


def groups(lab: Lab) -> dict[str, int]:
    """Return how many nodes each group has; a node that is none of several is no group."""
    found: dict[str, int] = {}
    for node in lab.visible():
        if node.group != node.name:
            found[node.group] = found.get(node.group, 0) + 1
    return found


def parse(text: str) -> tuple[str, int]:
    """Return group and number of a text like `app=3`.

    Raises:
        UsageError: it is none.
    """
    group, _, number = text.partition("=")
    if not number.isascii() or not number.isdigit() or not 1 <= int(number) <= MAX_COUNT:
        raise UsageError(f"--scale {quoted(text)}: write GROUP=N, N from 1 to {MAX_COUNT}")
    return group, int(number)


def scaled(lab: Lab, counts: Mapping[str, int]) -> Lab:
    """Return the lab with the given numbers of nodes; groups that are not named stay as they are.

    Raises:
        UsageError: there is no such group; the error names the nearest.
    """
    known = groups(lab)
    for group in counts:
        if group not in known:
            names = ", ".join(known) or "none"
            raise UsageError(
                f"{lab.name} has no group {quoted(group)}{did_you_mean(group, known)} "
                f"(groups: {names})"
            )
    nodes: dict[str, Node] = {}
    for node in lab.nodes:
        if node.group not in counts:
            nodes[node.name] = node
            continue
        for number in range(1, counts[node.group] + 1):
            name = f"{node.group}{number}"
            nodes[name] = replace(node, name=name)
    return replace(lab, nodes=tuple(nodes.values()))


def fitting(lab: Lab, names: Collection[str]) -> Lab:
    """Return the lab with as many nodes in each group as stand among `names`."""
    counts = {
        group: sum(name.removeprefix(group).isdigit() for name in names if name.startswith(group))
        for group in groups(lab)
    }
    return scaled(lab, {group: count for group, count in counts.items() if count})
