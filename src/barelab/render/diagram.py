"""The picture of a lab as SVG: nodes with their roles, networks, who talks to whom, open ports."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from barelab.model.lab import Lab
from barelab.render.diagram_layout import HEIGHT, USER, WIDTH, Arrow, Box, Layout, layout

_BESIDE = 20
_SHORT = 10
_LOOP = 30
_NETWORK_COLOURS = ("#d97706", "#2563eb", "#7c3aed", "#059669", "#db2777", "#475569")
_STYLE = """
text { font-family: -apple-system, "Segoe UI", Roboto, "Noto Sans", Arial, sans-serif; }
.title { font-size: 22px; font-weight: 650; fill: #0f172a; }
.summary { font-size: 14px; fill: #64748b; }
.card { fill: #ffffff; stroke: #cbd5e1; stroke-width: 1.2; }
.name { font-size: 16px; font-weight: 650; fill: #0f172a; }
.role { font-size: 13px; fill: #475569; }
.network { font-size: 11.5px; fill: #64748b; }
.arrow { fill: none; stroke: #94a3b8; stroke-width: 1.8; }
.port { font-size: 12px; fill: #334155; font-weight: 600; text-anchor: middle;
  paint-order: stroke; stroke: #f8fafc; stroke-width: 5px; stroke-linejoin: round; }
"""


def diagram(lab: Lab) -> str:
    """Return the picture as the text of an SVG file; the same lab gives the same bytes."""
    places = layout(lab)
    colours = {
        network.name: _NETWORK_COLOURS[number % len(_NETWORK_COLOURS)]
        for number, network in enumerate(lab.networks)
    }
    return "\n".join(_lines(lab, places, colours)) + "\n"


def _lines(lab: Lab, places: Layout, colours: dict[str, str]) -> Iterator[str]:
    width, height = places.width, places.height
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" '
        f'width="{width:g}" height="{height:g}" role="img" aria-labelledby="title">'
    )
    yield f"<desc>Made by `barelab render {lab.name} --to diagram`.</desc>"
    yield f'<title id="title">{escape(lab.title)}: {escape(lab.summary)}</title>'
    yield f"<style>{_STYLE}</style>"
    yield (
        '<defs><marker id="head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" '
        'markerHeight="8" orient="auto"><path d="M0 1 10 5 0 9z" fill="#94a3b8"/></marker></defs>'
    )
    yield f'<rect width="{width:g}" height="{height:g}" rx="14" fill="#f8fafc"/>'
    yield f'<text class="title" x="44" y="46">{escape(lab.title)}</text>'
    yield f'<text class="summary" x="44" y="70">{escape(lab.summary)}</text>'
    drawn = places.drawn()
    yield from (_arrow(places, arrow) for arrow in drawn)
    for box in places.boxes.values():
        yield from _user(box, lab) if box.key == USER else _card(box, lab, places, colours)
    yield from (_label(places, arrow) for arrow in drawn)
    yield from _legend(lab, colours, height - 34)
    yield "</svg>"


def _user(box: Box, lab: Lab) -> Iterator[str]:
    x, y = box.x, box.y
    yield f'<rect class="card" x="{x:g}" y="{y:g}" width="{WIDTH}" height="{HEIGHT}" rx="10"/>'
    yield f'<path d="M{x:g} {y + 22:g}h{WIDTH}" stroke="#e2e8f0"/>'
    for number in range(3):
        yield f'<circle cx="{x + 14 + 12 * number:g}" cy="{y + 11:g}" r="3.2" fill="#cbd5e1"/>'
    yield f'<text class="name" x="{x + 16:g}" y="{y + 46:g}">you</text>'
    yield from (
        f'<text class="role" x="{x + 16:g}" y="{y + 65 + 16 * number:g}">{escape(text)}</text>'
        for number, text in enumerate([", ".join(lab.sites)] if lab.sites else [])
    )


def _card(box: Box, lab: Lab, places: Layout, colours: dict[str, str]) -> Iterator[str]:
    x, y = box.x, box.y
    for behind in (8, 4) if len(box.nodes) > 1 else ():
        yield (
            f'<rect class="card" x="{x + behind:g}" y="{y + behind:g}" '
            f'width="{WIDTH}" height="{HEIGHT}" rx="10"/>'
        )
    yield f'<rect class="card" x="{x:g}" y="{y:g}" width="{WIDTH}" height="{HEIGHT}" rx="10"/>'
    title = box.nodes[0].name
    if len(box.nodes) > 1:
        title += f" to {box.nodes[-1].name}"
    yield f'<text class="name" x="{x + 16:g}" y="{y + 28:g}">{escape(title)}</text>'
    # A role without units is only what another one runs.
    roles = " + ".join(lab.roles[r].title for r in box.nodes[0].roles if lab.roles[r].units)
    yield f'<text class="role" x="{x + 16:g}" y="{y + 48:g}">{escape(_cut(roles, 27))}</text>'
    if box.hub:
        about = escape(_about(box, places))
        yield f'<text class="network" x="{x + 16:g}" y="{y + 64:g}">{about}</text>'
    offset = x + 16
    for network in box.nodes[0].networks:
        yield f'<circle cx="{offset + 4:g}" cy="{y + 76:g}" r="4" fill="{colours[network]}"/>'
        yield f'<text class="network" x="{offset + 13:g}" y="{y + 80:g}">{escape(network)}</text>'
        offset += 30 + 5.7 * len(network)


def _about(box: Box, places: Layout) -> str:
    parts = []
    for verb, others in (("asked by", places.asking(box.key)), ("asks", places.asked(box.key))):
        names = ", ".join("you" if key == USER else key for key in others)
        if others:
            parts.append(f"{verb} {names if len(names) < _SHORT else len(others)}")
    return "; ".join(parts)


def _ends(places: Layout, arrow: Arrow) -> tuple[float, float, float, float]:
    """Return where an arrow begins and ends; several at one side of a box share its height."""
    source, target = places.boxes[arrow.source], places.boxes[arrow.target]
    if source is target:
        below = source.y + HEIGHT + _stacked(source)
        return source.x + 0.6 * WIDTH, below, source.x + 0.4 * WIDTH, below + 3
    forward, back = source.column < target.column, source.column > target.column
    return (
        source.x if back else source.x + WIDTH + _stacked(source),
        _height(places, source, arrow),
        target.x - 3 if forward else target.x + WIDTH + _stacked(target) + 3,
        _height(places, target, arrow),
    )


def _stacked(box: Box) -> int:
    """Return how far the cards behind a group's stand out."""
    return 8 if len(box.nodes) > 1 else 0


def _height(places: Layout, box: Box, arrow: Arrow) -> float:
    def right(each: Arrow) -> bool:
        other = each.target if each.source == box.key else each.source
        return places.boxes[other].column >= box.column

    def other(each: Arrow) -> tuple[float, bool, bool]:
        away = each.target if each.source == box.key else each.source
        back = places.boxes[each.source].column > places.boxes[each.target].column
        return places.boxes[away].y, back, each.target == box.key

    ends = ((each, (each.source, each.target)) for each in places.drawn())
    own = [each for each, both in ends if box.key in both and both[0] != both[1]]
    side = sorted((each for each in own if right(each) == right(arrow)), key=other)
    return box.y + HEIGHT * (side.index(arrow) + 1) / (len(side) + 1)


def _arrow(places: Layout, arrow: Arrow) -> str:
    x1, y1, x2, y2 = _ends(places, arrow)
    if arrow.source == arrow.target:
        curve = f"M{x1:g} {y1:g}C{x1:g} {y1 + _LOOP:g} {x2:g} {y2 + _LOOP:g} {x2:g} {y2:g}"
    elif abs(x2 - x1) > _BESIDE:
        bend = (x2 - x1) / 2
        curve = f"M{x1:g} {y1:g}C{x1 + bend:g} {y1:g} {x2 - bend:g} {y2:g} {x2:g} {y2:g}"
    else:
        out = _bulge(x1, y1, x2, y2)
        curve = f"M{x1:g} {y1:g}C{out:g} {y1:g} {out:g} {y2:g} {x2:g} {y2:g}"
    return f'<path class="arrow" d="{curve}" marker-end="url(#head)"/>'


def _label(places: Layout, arrow: Arrow) -> str:
    x1, y1, x2, y2 = _ends(places, arrow)
    x, y = (x1 + x2) / 2, (y1 + y2) / 2
    if arrow.source == arrow.target:
        x, y = x1 + 24, y1 + _LOOP / 2
    elif abs(x2 - x1) <= _BESIDE:
        x = x1 + 0.75 * (_bulge(x1, y1, x2, y2) - x1)
        y += 8 if y2 > y1 else -8
    elif sum(each.target == arrow.target for each in places.drawn()) > 1:
        # Nearer to its end, where it is apart from the others that leave the same box.
        x, y = x1 + 0.69 * (x2 - x1), y1 + 0.84 * (y2 - y1)
    ports = ", ".join(str(port) for port in arrow.ports)
    return f'<text class="port" x="{x:g}" y="{y + 4:g}">{ports}</text>'


def _bulge(x1: float, y1: float, x2: float, y2: float) -> float:
    """Return how far out an arrow goes between boxes above each other; with their distance."""
    return max(x1, x2) + 36 + min(abs(y2 - y1), 160) / 4


def _legend(lab: Lab, colours: dict[str, str], y: float) -> Iterator[str]:
    x = 44.0
    for network in lab.networks:
        text = f"{network.name} network" + (", no way out" if network.internal else "")
        yield f'<circle cx="{x + 5:g}" cy="{y - 4:g}" r="5" fill="{colours[network.name]}"/>'
        yield f'<text class="network" x="{x + 16:g}" y="{y:g}">{escape(text)}</text>'
        x += 44 + 5.7 * len(text)
    text = "an arrow: opens connections, to this TCP port"
    yield f'<text class="network" x="{x + 8:g}" y="{y:g}">{text}</text>'


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"
