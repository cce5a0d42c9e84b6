"""Where each box of a lab's picture stands: columns by the way from the user, rows within them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from barelab.model.lab import Lab, Node

USER = "user"
WIDTH, HEIGHT = 196, 92
_GAP_X, _GAP_Y = 132, 36
_MARGIN, _TOP = 44, 96
# With so many neighbours a box stands in the bottom row and names them, instead of as many arrows.
_HUB = 4


@dataclass(frozen=True, slots=True)
class Box:
    """A node, or a group of nodes, and the place of its upper left corner in pixels."""

    key: str
    nodes: tuple[Node, ...]
    column: int
    x: float
    y: float
    hub: bool


@dataclass(frozen=True, slots=True)
class Arrow:
    """Who opens connections to whom, on which ports."""

    source: str
    target: str
    ports: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """The whole picture's boxes and arrows; the user's box has no nodes."""

    boxes: Mapping[str, Box]
    arrows: tuple[Arrow, ...]
    width: float
    height: float

    def drawn(self) -> tuple[Arrow, ...]:
        """Return the arrows that are drawn as such, those of hubs left out."""
        return tuple(
            a for a in self.arrows if not (self.boxes[a.source].hub or self.boxes[a.target].hub)
        )

    def asking(self, key: str) -> list[str]:
        """Return who opens connections to a box."""
        return [arrow.source for arrow in self.arrows if arrow.target == key]

    def asked(self, key: str) -> list[str]:
        """Return to whom a box opens connections."""
        return [arrow.target for arrow in self.arrows if arrow.source == key]


def layout(lab: Lab) -> Layout:
    """Return the places of a lab's boxes; the same lab gives the same picture."""
    groups: dict[str, tuple[Node, ...]] = {}
    for node in lab.visible():
        groups[node.group] = (*groups.get(node.group, ()), node)
    arrows = _arrows(lab)
    hubs = _hubs(groups, lab.node(lab.front).group, arrows)
    columns = _columns([key for key in groups if key not in hubs], arrows)
    tallest = max(len(column) for column in columns)
    bottom = _TOP + tallest * (HEIGHT + _GAP_Y)
    boxes = {}
    for number, column in enumerate(columns):
        x = _MARGIN + number * (WIDTH + _GAP_X)
        start = _TOP + (tallest - len(column)) * (HEIGHT + _GAP_Y) / 2
        for row, key in enumerate(column):
            y = start + row * (HEIGHT + _GAP_Y)
            boxes[key] = Box(key, groups.get(key, ()), number, x, y, hub=False)
    width: float = 2 * _MARGIN + len(columns) * (WIDTH + _GAP_X) - _GAP_X
    if any(a.source in columns[-1] and a.target in columns[-1] for a in arrows):
        width += _GAP_X / 2
    boxes |= _bottom_row(hubs, groups, width, bottom + _GAP_Y)
    rows = max((box.y for box in boxes.values()), default=0.0) + HEIGHT
    return Layout(boxes, arrows, width, max(bottom - _GAP_Y, rows) + 84)


def _arrows(lab: Lab) -> tuple[Arrow, ...]:
    group = {node.name: node.group for node in lab.visible()}
    ports: dict[tuple[str, str], dict[int, None]] = {}
    for talk in lab.talks:
        pair = group.get(talk.source, talk.source), group.get(talk.target, talk.target)
        ports.setdefault(pair, {})[talk.port] = None
    return tuple(Arrow(*pair, tuple(sorted(known))) for pair, known in ports.items())


def _hubs(groups: Iterable[str], front: str, arrows: Sequence[Arrow]) -> list[str]:
    """Return the boxes beside the site's own way: all talk to them, or they watch all."""

    def is_hub(key: str) -> bool:
        asking = {a.source for a in arrows if a.target == key and a.source != USER}
        asked = {a.target: a.ports for a in arrows if a.source == key}
        if len(asked) >= _HUB:
            return front in asked or len(set(asked.values())) == 1
        return len(asking) >= _HUB and len(asked) <= 1 and front in asking

    hubs = [key for key in groups if is_hub(key)]
    rest = [a for a in arrows if a.source not in hubs and a.target not in hubs]
    linked = {key for arrow in rest for key in (arrow.source, arrow.target)}
    return [key for key in groups if key in hubs or key not in linked]


def _columns(keys: Sequence[str], arrows: Sequence[Arrow]) -> list[list[str]]:
    depth = {USER: 0}
    _follow(depth, keys, arrows)
    for key in keys:
        # The user's way does not lead here: it stands before the first that it asks.
        if key not in depth and not any(a.target == key and a.source in keys for a in arrows):
            asked = [depth[a.target] for a in arrows if a.source == key and a.target in depth]
            depth[key] = max(1, min(asked, default=2) - 1)
    _follow(depth, keys, arrows)
    depth = dict.fromkeys(keys, 1) | depth
    columns: list[list[str]] = [[] for _ in range(max(depth.values()) + 1)]
    for key, column in depth.items():
        columns[column].append(key)
    return _untangled([column for column in columns if column], arrows)


def _follow(depth: dict[str, int], keys: Sequence[str], arrows: Sequence[Arrow]) -> None:
    """Give every box that arrows lead to a depth: one more than the first that asks it."""
    for _ in keys:
        for arrow in sorted(arrows, key=lambda a: depth.get(a.source, 0)):
            if arrow.source in depth and arrow.target in keys:
                depth.setdefault(arrow.target, depth[arrow.source] + 1)


def _untangled(columns: list[list[str]], arrows: Sequence[Arrow]) -> list[list[str]]:
    """Return the columns, each ordered by the mean height of those that ask its boxes."""
    found = columns[:1]
    for column in columns[1:]:
        above = {key: row / len(c) for c in found for row, key in enumerate(c)}

        def height(key: str, above: Mapping[str, float] = above) -> float:
            rows = [above[a.source] for a in arrows if a.target == key and a.source in above]
            return sum(rows) / len(rows) if rows else 1.0

        found.append(sorted(column, key=height))
    return found


def _bottom_row(
    keys: Sequence[str], groups: Mapping[str, tuple[Node, ...]], width: float, top: float
) -> dict[str, Box]:
    room = int((width - 2 * _MARGIN + 28) // (WIDTH + 28))
    return {
        key: Box(
            key,
            groups[key],
            -1,
            _MARGIN + number % room * (WIDTH + 28),
            top + number // room * (HEIGHT + _GAP_Y),
            hub=True,
        )
        for number, key in enumerate(keys)
    }
