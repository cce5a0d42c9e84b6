"""Recording payments: the one way in for the portal and the API."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import F

from accounts.models import Subscriber
from billing.models import Invoice, Payment


class PaymentError(Exception):
    """A payment that is refused; nothing was recorded."""


class KeyReused(PaymentError):
    """The key belongs to another payment."""


class TooMuch(PaymentError):
    """The invoice has less left to pay."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """A recorded payment, and whether this call recorded it."""

    payment: Payment
    created: bool


def record_payment(
    *,
    key: str,
    subscriber: Subscriber,
    amount: Decimal,
    method: str = Payment.Method.UPI,
    invoice: Invoice | None = None,
) -> Receipt:
    """Record a payment once, however often and at once it is sent with the same key.

    Without an invoice the money is credit on the account, and only a row is inserted: many
    such payments for one subscriber do not wait for each other.

    Raises:
        KeyReused: the key was used for a payment with other data.
        TooMuch: more than the invoice has left.
    """
    wanted = Payment(key=key, subscriber=subscriber, amount=amount, method=method, invoice=invoice)
    if known := _by_key(key):
        return _repeat(known, wanted)
    try:
        with transaction.atomic():
            # The insert goes first: the unique key, not our look before it, decides which of
            # two requests at once is the payment. The other waits here and then fails.
            wanted.save(force_insert=True)
            if invoice:
                _settle(invoice, amount)
    except IntegrityError:
        known = _by_key(key)
        if known is None:
            raise
        return _repeat(known, wanted)
    return Receipt(wanted, created=True)


def _by_key(key: str) -> Payment | None:
    return Payment.objects.select_related("subscriber", "invoice").filter(key=key).first()


def _repeat(known: Payment, wanted: Payment) -> Receipt:
    same = all(
        getattr(known, name) == getattr(wanted, name)
        for name in ("subscriber_id", "invoice_id", "amount", "method")
    )
    if not same:
        raise KeyReused("This key was used for another payment.")
    return Receipt(known, created=False)


def _settle(invoice: Invoice, amount: Decimal) -> None:
    # One statement reads and writes, so that two payments at once cannot both fit.
    room = Invoice.objects.filter(pk=invoice.pk, amount__gte=F("paid") + amount)
    if not room.update(paid=F("paid") + amount):
        raise TooMuch("This is more than the invoice has left to pay.")
    invoice.refresh_from_db(fields=["paid"])
