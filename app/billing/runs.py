"""The monthly billing run."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Subscription
from billing import mail_requests
from billing.models import BillingRun, Invoice

DAYS_TO_PAY = 15
BATCH = 2000
# Any number that nothing else in this database locks with.
LOCK = 0x62696C6C


class AnotherRunGoesOn(Exception):
    """A billing run holds the lock; its result will be the same."""


def invoice_number(month: date, subscription_id: int) -> str:
    """Return the number of a subscription's invoice for a month; the same every time."""
    return f"INV-{month:%Y%m}-{subscription_id:06d}"


@transaction.atomic
def run_billing(month: date, today: date | None = None) -> BillingRun:
    """Make the invoices of a month that do not exist yet, all or none, and return the run.

    Raises:
        AnotherRunGoesOn: a second run at once.
    """
    _lock()
    started_at = timezone.now()
    month = month.replace(day=1)
    today = today or timezone.localdate()
    next_month = (month + timedelta(days=32)).replace(day=1)
    to_bill = Subscription.objects.filter(ended_on__isnull=True, started_on__lt=next_month)
    billed = set(Invoice.objects.filter(month=month).values_list("subscription_id", flat=True))
    created, existing, total = 0, 0, Decimal(0)
    batch: list[Invoice] = []
    for pk, price in to_bill.order_by("id").values_list("id", "plan__price"):
        if pk in billed:
            existing += 1
            continue
        batch.append(
            Invoice(
                number=invoice_number(month, pk),
                subscription_id=pk,
                month=month,
                amount=price,
                issued_on=today,
                due_on=today + timedelta(days=DAYS_TO_PAY),
            )
        )
        created, total = created + 1, total + price
    Invoice.objects.bulk_create(batch, batch_size=BATCH)
    if mail_requests.possible():
        mail_requests.ask_for_mails(month)
    return BillingRun.objects.create(
        month=month, started_at=started_at, created=created, existing=existing, total=total
    )


def _lock() -> None:
    # The lock ends with the transaction, also when the process or its machine dies. SQLite
    # has one writer at a time anyway.
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            raise AnotherRunGoesOn("Another billing run goes on.")
