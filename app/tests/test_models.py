"""The database refuses what must not be."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.test import TestCase
from django.utils import timezone

from accounts.models import Plan, Subscriber, Subscription
from billing.models import BillingRun, Invoice, Payment
from support.models import Ticket
from tests.things import make_invoice, make_plan, make_subscriber, make_subscription


class ConstraintTests(TestCase):
    def setUp(self) -> None:
        self.plan = make_plan()
        self.subscriber = make_subscriber()
        self.subscription = make_subscription(self.subscriber, self.plan)
        self.invoice = make_invoice(self.subscription)

    def refused(self, model, **fields) -> None:
        with self.assertRaises(IntegrityError), transaction.atomic():
            model.objects.create(**fields)

    def test_a_plan_has_a_price_and_something_in_it(self) -> None:
        given = {"code": "x", "name": "X", "kind": "cable"}
        self.refused(Plan, **given, channels=5, price=Decimal(0))
        self.refused(Plan, **given, price=Decimal(5))

    def test_number_and_email_are_unique_and_well_formed(self) -> None:
        given = {"first_name": "A", "last_name": "B", "phone": "+910000000", "town": "T"}
        self.refused(Subscriber, **given, number="C000001", email="x@example.net")
        self.refused(Subscriber, **given, number="C000009", email="c000001@example.net")
        self.refused(Subscriber, **given, number="C000009", email="Big@example.net")
        self.refused(Subscriber, **given, number="9", email="x@example.net")

    def test_a_final_newline_belongs_to_no_number_and_no_phone(self) -> None:
        self.subscriber.full_clean()
        for name, value in (("number", "C000001\n"), ("phone", "+915550000001\n")):
            with self.subTest(name=name), self.assertRaises(ValidationError):
                subscriber = Subscriber.objects.get()
                setattr(subscriber, name, value)
                subscriber.clean_fields()

    def test_a_subscriber_has_one_active_subscription(self) -> None:
        again = {"subscriber": self.subscriber, "plan": self.plan, "started_on": date(2026, 2, 1)}
        self.refused(Subscription, **again)
        Subscription.objects.create(**again, ended_on=date(2026, 3, 1))
        self.refused(Subscription, **again, ended_on=date(2026, 1, 1))

    def test_a_subscription_has_one_invoice_a_month(self) -> None:
        given = {
            "subscription": self.subscription,
            "amount": Decimal(5),
            "issued_on": date(2026, 10, 1),
            "due_on": date(2026, 10, 16),
        }
        self.refused(Invoice, **given, number="other", month=self.invoice.month)
        november = {**given, "month": date(2026, 11, 1), "number": "november"}
        self.refused(Invoice, **{**november, "number": self.invoice.number})
        self.refused(Invoice, **{**november, "month": date(2026, 11, 2)})
        self.refused(Invoice, **{**november, "amount": Decimal(0)})
        self.refused(Invoice, **{**november, "due_on": date(2026, 9, 1)})
        self.refused(Invoice, **{**november, "paid": Decimal(6)})
        self.refused(Invoice, **{**november, "paid": Decimal(-1)})

    def test_a_payment_has_a_key_of_its_own_and_an_amount(self) -> None:
        Payment.objects.create(key="k", subscriber=self.subscriber, amount=Decimal(1))
        self.refused(Payment, key="k", subscriber=self.subscriber, amount=Decimal(1))
        self.refused(Payment, key="", subscriber=self.subscriber, amount=Decimal(1))
        self.refused(Payment, key="l", subscriber=self.subscriber, amount=Decimal(0))

    def test_only_a_closed_ticket_has_a_closing_time(self) -> None:
        now = timezone.now()
        given = {"subscriber": self.subscriber, "topic": "slow", "subject": "S", "body": "B"}
        self.refused(Ticket, **given, state="closed")
        self.refused(Ticket, **given, state="open", closed_at=now)
        self.refused(Ticket, **given, state="closed", closed_at=now - timedelta(days=1))
        Ticket.objects.create(**given, state="closed", closed_at=now + timedelta(seconds=1))

    def test_a_billing_run_ends_after_its_start(self) -> None:
        now = timezone.now()
        self.refused(
            BillingRun,
            month=date(2026, 1, 1),
            started_at=now,
            finished_at=now - timedelta(1),
            created=0,
            existing=0,
            total=0,
        )

    def test_what_others_point_to_cannot_be_deleted(self) -> None:
        for thing in (self.plan, self.subscriber, self.subscription):
            with self.assertRaises(ProtectedError):
                thing.delete()

    def test_an_invoice_says_its_state(self) -> None:
        self.assertEqual(self.invoice.state, "due")
        self.invoice.paid = Decimal(1)
        self.assertEqual(self.invoice.state, "part-paid")
        self.invoice.due_on = timezone.localdate() - timedelta(days=1)
        self.assertEqual(self.invoice.state, "overdue")
        self.invoice.paid = self.invoice.amount
        self.assertEqual(self.invoice.state, "paid")
