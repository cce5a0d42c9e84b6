"""The work of the billing that workers do."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from billing.mails import send_invoice
from billing.models import InvoiceMail
from billing.runs import AnotherRunGoesOn, run_billing
from subscribers.celery import app
from subscribers.logs import request_id
from tasks.base import PatientTask
from tasks.queue import later

logger = logging.getLogger(__name__)

# Younger ones are probably still in the queue.
SWEEP_AFTER = timedelta(minutes=10)
SWEEP = 1000


class _MailTask(PatientTask):
    def on_failure(self, exc: Exception, task_id: str, args: Any, kwargs: Any, einfo: Any) -> None:
        # First, so that a sweep does not begin anew what an operator has to look at.
        InvoiceMail.objects.filter(pk=args[0]).update(given_up_at=timezone.now())
        super().on_failure(exc, task_id, args, kwargs, einfo)


@app.task(base=PatientTask, name="billing.tasks.bill_month")
def bill_month() -> None:
    """Make this month's invoices that do not exist yet, and have them mailed to who wants it."""
    try:
        run = run_billing(timezone.localdate())
    except AnotherRunGoesOn:
        logger.info("billing: another run goes on, its result will be the same")
        return
    logger.info("billing %s: created=%d existing=%d", run.month, run.created, run.existing)
    later(mail_waiting, 0)


@app.task(base=PatientTask, name="billing.tasks.mail_waiting")
def mail_waiting(older_than_s: float = SWEEP_AFTER.total_seconds()) -> None:
    """Queue each mail that was wanted so long ago and neither sent nor given up."""
    since = timezone.now() - timedelta(seconds=older_than_s)
    waiting = InvoiceMail.objects.filter(
        wanted_at__lte=since, sent_at__isnull=True, given_up_at__isnull=True
    )
    for pk in waiting.order_by("wanted_at").values_list("pk", flat=True)[:SWEEP]:
        mail_invoice.delay(pk)


@app.task(base=_MailTask, name="billing.tasks.mail_invoice")
def mail_invoice(pk: int) -> None:
    """Send one mail that was not sent yet. Who is second waits for nobody and does nothing.

    A worker that dies between sending and saying so leaves a mail that is sent twice, with the
    same Message-ID.
    """
    with transaction.atomic():
        free = InvoiceMail.objects.select_for_update(skip_locked=True, of=("self",))
        mail = (
            free.select_related("invoice__subscription__subscriber", "invoice__subscription__plan")
            .filter(pk=pk, sent_at__isnull=True)
            .first()
        )
        if mail is None:
            return
        request_id.set(mail.request_id or request_id.get())
        send_invoice(mail.invoice, mail.headers)
        InvoiceMail.objects.filter(pk=pk).update(sent_at=timezone.now(), given_up_at=None)
    logger.info("mail: invoice %s sent", mail.invoice.number)
