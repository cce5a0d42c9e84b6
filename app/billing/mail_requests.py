"""Asking for an invoice by mail: the one way in for the console, the portal and billing runs."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import transaction

from billing.models import Invoice, InvoiceMail
from subscribers.logs import request_id
from tasks import queue

BATCH = 2000


def possible() -> bool:
    """Return whether invoices can go by mail: there are workers, and a mail server."""
    return queue.configured() and bool(settings.EMAIL_HOST)


@transaction.atomic
def ask_for_mail(invoice: Invoice) -> InvoiceMail:
    """Have an invoice mailed once more to its subscriber, soon."""
    from billing.tasks import mail_invoice

    mail = InvoiceMail.objects.create(invoice=invoice, request_id=request_id.get())
    queue.later(mail_invoice, mail.pk)
    return mail


def ask_for_mails(month: date) -> None:
    """Want a mail of each of the month's invoices that has had none, where the subscriber does."""
    wanted = Invoice.objects.filter(
        month=month, mails=None, subscription__subscriber__invoices_by_mail=True
    )
    InvoiceMail.objects.bulk_create(
        [
            InvoiceMail(invoice_id=pk, request_id=request_id.get())
            for pk in wanted.values_list("pk", flat=True)
        ],
        BATCH,
    )
