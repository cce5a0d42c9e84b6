"""How amounts of money are written."""

from __future__ import annotations

from decimal import Decimal

# Plain digits. Decimal alone would also take 1_0, 1e2 and the digits of other scripts.
AMOUNT_PATTERN = r"[0-9]+(\.[0-9]+)?"


def rupees(amount: Decimal, *, short: bool = False) -> str:
    """Return an amount as on every page, ₹1,999.00; a short one without paise that are none."""
    text = f"{abs(amount):,.2f}"
    if short:
        text = text.removesuffix(".00")
    return f"{'−' if amount < 0 else ''}₹{text}"
