"""Mails about invoices: what they say, and how they leave.

A mail is sent at once, with no second try: that is for whoever calls. By its Message-ID, one of the
headers that the caller chooses, a mail that was sent twice can be told from two mails.
"""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import formataddr

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string

from billing.models import Invoice


def invoice_mail(invoice: Invoice, headers: Mapping[str, str]) -> EmailMessage:
    """Return the mail that brings an invoice to its subscriber, as plain text.

    Reads the invoice's subscription, plan and subscriber: select them with it.
    """
    subscriber = invoice.subscription.subscriber
    words = {
        "invoice": invoice,
        "subscriber": subscriber,
        "operator_name": settings.OPERATOR_NAME,
    }
    return EmailMessage(
        subject=f"Invoice {invoice.number} for {invoice.month:%B %Y}",
        body=render_to_string("billing/invoice.txt", words),
        from_email=formataddr((settings.OPERATOR_NAME, settings.DEFAULT_FROM_EMAIL)),
        to=[formataddr((subscriber.full_name, subscriber.email))],
        # No holiday replies, please (RFC 3834).
        headers={**headers, "Auto-Submitted": "auto-generated"},
    )


def send_invoice(
    invoice: Invoice, headers: Mapping[str, str], connection: BaseEmailBackend | None = None
) -> None:
    """Send an invoice's mail, over an open connection where one is given; return when it is taken.

    Raises:
        OSError: the server is not there, refuses (smtplib.SMTPException), or does not answer in
            EMAIL_TIMEOUT seconds. It may have taken the mail all the same: send again.
    """
    message = invoice_mail(invoice, headers)
    message.connection = connection
    message.send()
