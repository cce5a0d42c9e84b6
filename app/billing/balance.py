"""What a subscriber owes."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import DecimalField, Sum
from django.db.models.functions import Coalesce

from accounts.models import Subscriber
from billing.models import Invoice, Payment

_MONEY = DecimalField(max_digits=12, decimal_places=2)


def balance_of(subscriber: Subscriber) -> Decimal:
    """Return everything paid less everything invoiced: below zero, the subscriber owes."""
    invoiced = Invoice.objects.of(subscriber).aggregate(sum=_sum("amount"))["sum"]
    paid = Payment.objects.filter(subscriber=subscriber).aggregate(sum=_sum("amount"))["sum"]
    return paid - invoiced


def outstanding_of(subscriber: Subscriber) -> Decimal:
    """Return what is left to pay on the subscriber's invoices."""
    sums = Invoice.objects.of(subscriber).unpaid().aggregate(a=_sum("amount"), p=_sum("paid"))
    return sums["a"] - sums["p"]


def credit_of(subscriber: Subscriber) -> Decimal:
    """Return what was paid in advance: on the account, for no invoice."""
    advance = Payment.objects.filter(subscriber=subscriber, invoice__isnull=True)
    return advance.aggregate(sum=_sum("amount"))["sum"]


def _sum(name: str) -> Coalesce:
    return Coalesce(Sum(name), Decimal(0), output_field=_MONEY)
