"""Payments over the API."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import HttpRequest, HttpResponse

from accounts.models import Subscriber
from api.http import ApiError, answer, body_of
from billing.models import KEY_PATTERN, Invoice, Payment
from billing.money import AMOUNT_PATTERN
from billing.payments import KeyReused, TooMuch, record_payment

# So many keys of 64 characters still fit into the 8 KiB that Nginx and Gunicorn take for an
# address, some percent signs included.
MAX_KEYS = 100
MAX_AMOUNT = Decimal("100000.00")


def create(request: HttpRequest) -> HttpResponse:
    """Record a payment: 201 the first time, 200 with the same body when it is repeated."""
    key = request.headers.get("Idempotency-Key", "")
    if not re.fullmatch(KEY_PATTERN, key):
        raise ApiError(
            400, "idempotency-key", "Send Idempotency-Key: 1 to 64 letters, digits or . _ : -"
        )
    body = body_of(request, {"subscriber", "invoice", "amount", "method"})
    wrong: dict[str, str] = {}
    amount = _amount(body, wrong)
    method = body.get("method", Payment.Method.UPI.value)
    if method not in Payment.Method.values:
        wrong["method"] = f"One of {', '.join(Payment.Method.values)}."
    subscriber, invoice = _account(body, wrong)
    if wrong or not amount or not subscriber:
        raise ApiError(422, "invalid", "Some fields are not right.", wrong)
    try:
        receipt = record_payment(
            key=key, subscriber=subscriber, amount=amount, method=method, invoice=invoice
        )
    except KeyReused as error:
        raise ApiError(409, "key-reused", str(error)) from error
    except TooMuch as error:
        raise ApiError(422, "too-much", str(error), {"amount": str(error)}) from error
    return answer(as_json(receipt.payment), 201 if receipt.created else 200)


def find(request: HttpRequest) -> HttpResponse:
    """Say which of the given keys belong to a payment."""
    keys = list(dict.fromkeys(k for k in request.GET.get("keys", "").split(",") if k))
    if not 1 <= len(keys) <= MAX_KEYS:
        raise ApiError(422, "keys", f"Send ?keys= with 1 to {MAX_KEYS} keys.")
    found = set(Payment.objects.filter(key__in=keys).values_list("key", flat=True))
    return answer(
        {
            "found": [key for key in keys if key in found],
            "missing": [key for key in keys if key not in found],
        }
    )


def show(request: HttpRequest, key: str) -> HttpResponse:
    """Give back one payment."""
    payment = Payment.objects.select_related("subscriber", "invoice").filter(key=key).first()
    if payment is None:
        raise ApiError(404, "not-found", "There is no payment with this key.")
    return answer(as_json(payment))


def as_json(payment: Payment) -> dict[str, Any]:
    """Return what the API says of a payment: nothing that changes later."""
    return {
        "key": payment.key,
        "subscriber": payment.subscriber.number,
        "invoice": payment.invoice.number if payment.invoice else None,
        "amount": f"{payment.amount:.2f}",
        "method": str(payment.method),
        "received_at": payment.received_at.isoformat(),
    }


def _amount(body: dict[str, Any], wrong: dict[str, str]) -> Decimal | None:
    given = body.get("amount")
    try:
        if isinstance(given, bool) or not isinstance(given, (str, int, Decimal)):
            raise InvalidOperation
        if isinstance(given, str) and not re.fullmatch(AMOUNT_PATTERN, given):
            raise InvalidOperation
        amount = Decimal(given)
        if not amount.is_finite() or not 0 < amount <= MAX_AMOUNT:
            raise InvalidOperation
        if amount != amount.quantize(Decimal("0.01")):
            raise InvalidOperation
    except InvalidOperation:
        wrong["amount"] = 'An amount such as "499.00", above 0 and with at most two decimals.'
        return None
    return amount.quantize(Decimal("0.01"))


def _account(
    body: dict[str, Any], wrong: dict[str, str]
) -> tuple[Subscriber | None, Invoice | None]:
    """Return the subscriber, and the invoice when one is named; either name is enough."""
    subscriber, invoice = None, None
    number, invoice_number = body.get("subscriber"), body.get("invoice")
    if number is None and invoice_number is None:
        wrong["subscriber"] = "Name a subscriber, an invoice or both."
    if number is not None:
        subscriber = Subscriber.objects.filter(number=str(number)).first()
        if subscriber is None:
            wrong["subscriber"] = "There is no subscriber with this number."
    if invoice_number is not None:
        invoices = Invoice.objects.select_related("subscription__subscriber")
        invoice = invoices.filter(number=str(invoice_number)).first()
        if invoice is None:
            wrong["invoice"] = "There is no invoice with this number."
        elif subscriber and invoice.subscription.subscriber_id != subscriber.pk:
            wrong["invoice"] = "This invoice belongs to another subscriber."
        else:
            subscriber = subscriber or invoice.subscription.subscriber
    return subscriber, invoice
