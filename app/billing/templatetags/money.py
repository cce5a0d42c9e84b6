"""Amounts of money in templates."""

from __future__ import annotations

from decimal import Decimal

from django import template

from billing import money

register = template.Library()


@register.filter
def rupees(amount: Decimal) -> str:
    """Write an amount: ₹1,999.00."""
    return money.rupees(amount)


@register.filter
def short_rupees(amount: Decimal) -> str:
    """Write a price or a sum: ₹1,999, and ₹1,999.50."""
    return money.rupees(amount, short=True)
