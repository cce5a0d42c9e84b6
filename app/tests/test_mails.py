"""An invoice's mail says what is to be paid, to whom it concerns, under a number of its own."""

from __future__ import annotations

import smtplib
from decimal import Decimal
from unittest import mock

from django.core import mail
from django.test import override_settings

from billing.mails import invoice_mail, send_invoice
from tests.things import SiteTestCase

NUMBER = "<one@test.localhost>"
HEADERS = {"Message-ID": NUMBER}


@override_settings(
    DEFAULT_FROM_EMAIL="billing@test.localhost", OPERATOR_NAME="Lakeside Cable & Broadband"
)
class InvoiceMailTests(SiteTestCase):
    def test_it_says_number_amount_due_date_and_how_to_pay(self) -> None:
        body = invoice_mail(self.invoice, HEADERS).body
        due = f"{self.invoice.due_on:%-d %B %Y}"
        for text in (self.invoice.number, "C000001", "₹499.00", due, "October 2026", "How to pay"):
            self.assertIn(text, body)
        self.assertNotIn("To pay", body)
        self.assertNotIn("&amp;", body)

    def test_a_part_that_is_paid_is_named(self) -> None:
        self.invoice.paid = Decimal("199.00")
        body = invoice_mail(self.invoice, HEADERS).body
        self.assertIn("To pay     ₹300.00", body)

    def test_a_paid_invoice_asks_for_nothing(self) -> None:
        self.invoice.paid = self.invoice.amount
        self.assertNotIn("How to pay", invoice_mail(self.invoice, HEADERS).body)

    def test_it_goes_to_the_subscriber_from_the_operator(self) -> None:
        send_invoice(self.invoice, HEADERS)
        (sent,) = mail.outbox
        self.assertEqual(sent.to, ["Asha Menon <c000001@example.net>"])
        self.assertEqual(
            str(sent.message()["From"]), "Lakeside Cable & Broadband <billing@test.localhost>"
        )

    def test_it_has_the_message_id_of_whoever_sends_it(self) -> None:
        for _ in range(2):
            send_invoice(self.invoice, HEADERS)
        self.assertEqual([each.message()["Message-ID"] for each in mail.outbox], [NUMBER] * 2)

    def test_a_name_of_another_script_arrives(self) -> None:
        self.asha.first_name = "ആശ"
        self.invoice.subscription.subscriber = self.asha
        send_invoice(self.invoice, HEADERS)
        self.assertIn("=?utf-8?", mail.outbox[0].message()["To"])
        self.assertIn("ആശ", mail.outbox[0].body)

    def test_who_calls_learns_that_it_was_not_taken(self) -> None:
        refused = smtplib.SMTPServerDisconnected("gone")
        with (
            mock.patch("django.core.mail.backends.locmem.EmailBackend.send_messages") as send,
            self.assertRaises(OSError),
        ):
            send.side_effect = refused
            send_invoice(self.invoice, HEADERS)
