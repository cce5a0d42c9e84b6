"""Mails about invoices."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMessage

from billing.models import Invoice


def send_invoice(invoice: Invoice, message_id: str) -> None:
    """Send an invoice to its subscriber.

    Raises:
        OSError, SMTPException: it could not be handed over.
    """
    subscriber = invoice.subscription.subscriber
    EmailMessage(
        f"Invoice {invoice.number}",
        f"{invoice.amount}",
        f"billing@{settings.MAIL_DOMAIN}",
        [subscriber.email],
        headers={"Message-ID": message_id},
    ).send()
