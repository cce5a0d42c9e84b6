"""`cost`: what a lab would be as servers, and what these would cost."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from barelab.cli.options import JSON
from barelab.support import console

if TYPE_CHECKING:
    from barelab.model.prices import Prices
    from barelab.render.servers import Servers

_HEAD = ("group", "servers", "roles", "MiB each", "MiB", "INR a month")
_HOW_TO_PRICE = """
No prices come with barelab. For the sum of a month give yours, --prices FILE:
  currency: INR    # or USD
  sizes:           # a server with so much memory, or less
    - {memory_mib: 1024, price: ...}
  groups:          # each server of a group, whatever its size
    db: ..."""


@click.command()
@click.argument("lab")
@click.option(
    "--prices",
    "file",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Your prices of servers, in YAML; without it nothing is summed up.",
)
@JSON
def cost(lab: str, file: Path | None, as_json: bool) -> None:
    """Show what a lab would be as servers, and by your prices what a month of it costs."""
    from barelab.model.loading import load_lab
    from barelab.model.prices import INR_PER_USD, load_prices
    from barelab.render.servers import servers

    found = list(servers(load_lab(lab)))
    prices = load_prices(file) if file else None
    memory_mib = sum(each.count * each.memory_mib for each in found)
    inr = round(sum(each.inr(prices) for each in found), 2) if prices else None
    if as_json:
        console.say_json(
            {
                "lab": lab,
                "inr_per_usd": INR_PER_USD,
                "groups": [_as_json(each, prices) for each in found],
                "servers": sum(each.count for each in found),
                "memory_mib": memory_mib,
                "inr_per_month": inr,
            }
        )
        return
    all_of = ("all", str(sum(each.count for each in found)), "", "", str(memory_mib))
    rows = [*(_row(each, prices) for each in found), (*all_of, _shown(inr))]
    console.say("\n".join(console.table(rows, _HEAD if prices else (*_HEAD[:-1], ""))))
    if prices is None:
        console.note(_HOW_TO_PRICE)


def _row(each: Servers, prices: Prices | None) -> tuple[str, ...]:
    mib = each.memory_mib
    size = (str(each.count), ", ".join(each.roles), str(mib), str(each.count * mib))
    return (each.group, *size, _shown(each.inr(prices) if prices else None))


def _shown(inr: float | None) -> str:
    return "" if inr is None else f"{inr:.2f}"


def _as_json(each: Servers, prices: Prices | None) -> dict[str, object]:
    return {
        "group": each.group,
        "servers": each.count,
        "roles": each.roles,
        "memory_mib": each.memory_mib,
        "inr_per_month": round(each.inr(prices), 2) if prices else None,
    }
