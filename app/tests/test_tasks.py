"""What is done later: mails of invoices, the nightly billing, and what is given up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

from django.core import mail
from django.db import OperationalError
from django.test import override_settings
from django.utils import timezone

from billing.models import Invoice, InvoiceMail
from billing.tasks import bill_month, mail_invoice, mail_waiting
from subscribers.celery import app
from tasks.models import DeadLetter
from tests.things import CONSOLE, SiteTestCase


@contextmanager
def celery(**settings: object) -> Iterator[None]:
    """Change settings of Celery for a while."""
    before = {name: app.conf[name] for name in settings}
    app.conf.update(settings)
    yield
    app.conf.update(before)


with_workers = override_settings(BROKER_HOST="redis1", EMAIL_HOST="mail1")


@with_workers
class MailTests(SiteTestCase):
    def setUp(self) -> None:
        self.enterContext(celery(task_always_eager=True))
        self.as_operator()

    def _ask(self) -> None:
        with self.captureOnCommitCallbacks(execute=True):
            self.client.post(f"/invoices/{self.invoice.number}/mail/", **CONSOLE)

    def test_a_click_sends_a_mail_to_the_subscriber(self) -> None:
        self._ask()
        self.assertEqual([m.to for m in mail.outbox], [[f"Asha Menon <{self.asha.email}>"]])
        self.assertIn(self.invoice.number, mail.outbox[0].subject)
        self.assertIsNotNone(InvoiceMail.objects.get().sent_at)

    def test_the_same_task_done_twice_sends_one_mail(self) -> None:
        self._ask()
        mail_invoice(InvoiceMail.objects.get().pk)
        self.assertEqual(len(mail.outbox), 1)

    def test_every_try_has_the_same_message_id(self) -> None:
        wanted = InvoiceMail.objects.create(invoice=self.invoice)
        for _ in range(2):
            # As when a worker died before it could say that the mail was sent.
            InvoiceMail.objects.filter(pk=wanted.pk).update(sent_at=None)
            mail_invoice(wanted.pk)
        first, second = (m.message()["Message-ID"] for m in mail.outbox)
        self.assertEqual(first, second)

    def test_a_broker_that_is_away_costs_nothing_but_time(self) -> None:
        self.enterContext(celery(task_always_eager=False))
        # Nobody listens there.
        self.enterContext(celery(broker_url="redis://127.0.0.1:1/0"))
        with self.assertLogs("tasks.queue", "WARNING"):
            self._ask()
        self.assertEqual(mail.outbox, [])
        self.enterContext(celery(task_always_eager=True))
        mail_waiting()
        self.assertEqual(mail.outbox, [])  # too young: it may be in the queue yet
        InvoiceMail.objects.update(wanted_at=timezone.now() - timedelta(minutes=11))
        mail_waiting()
        self.assertEqual(len(mail.outbox), 1)

    def test_a_mail_that_never_goes_is_kept_and_can_be_tried_again(self) -> None:
        with (
            patch("billing.tasks.send_invoice", side_effect=ConnectionRefusedError("no")),
            self.assertLogs("tasks.base", "ERROR"),
        ):
            self._ask()
        letter = DeadLetter.objects.get()
        self.assertIn("ConnectionRefusedError", letter.error)
        self.assertIsNotNone(InvoiceMail.objects.get().given_up_at)
        mail_waiting(0)
        self.assertEqual(mail.outbox, [])  # what was given up is left to an operator
        self.assertContains(self.client.get("/work/", **CONSOLE), "ConnectionRefusedError")
        with self.captureOnCommitCallbacks(execute=True):
            self.client.post(f"/work/{letter.pk}/", {"again": ""}, **CONSOLE)
        self.assertEqual(len(mail.outbox), 1)
        self.assertFalse(DeadLetter.objects.exists())
        self.assertIsNone(InvoiceMail.objects.get().given_up_at)

    def test_a_letter_can_be_put_away(self) -> None:
        letter = DeadLetter.objects.create(task="x", error="y")
        self.client.post(f"/work/{letter.pk}/", **CONSOLE)
        self.assertFalse(DeadLetter.objects.exists())

    def test_tries_are_repeated_while_the_database_is_away(self) -> None:
        wanted = InvoiceMail.objects.create(invoice=self.invoice)
        failing = [OperationalError("away"), OperationalError("away"), None]
        with patch("billing.tasks.send_invoice", side_effect=failing) as send:
            mail_invoice.apply([wanted.pk])
        self.assertEqual(send.call_count, 3)

    def test_the_nightly_run_mails_who_wants_it_and_nobody_twice(self) -> None:
        type(self.asha).objects.filter(pk=self.asha.pk).update(invoices_by_mail=True)
        for _ in range(2):
            with self.captureOnCommitCallbacks(execute=True):
                bill_month()
        self.assertEqual([m.to for m in mail.outbox], [[f"Asha Menon <{self.asha.email}>"]])
        month = timezone.localdate().replace(day=1)
        self.assertEqual(Invoice.objects.filter(month=month).count(), 2)


class WithoutWorkersTests(SiteTestCase):
    def test_nothing_is_offered_and_nothing_is_kept(self) -> None:
        self.as_operator()
        page = self.client.get("/subscribers/C000001/", **CONSOLE)
        self.assertNotContains(page, "/mail/")
        self.client.post(f"/invoices/{self.invoice.number}/mail/", **CONSOLE)
        self.assertFalse(InvoiceMail.objects.exists())
