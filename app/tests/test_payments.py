"""A payment is recorded once, whatever happens."""

from __future__ import annotations

from decimal import Decimal
from unittest import mock

from billing import payments
from billing.balance import balance_of, credit_of, outstanding_of
from billing.models import Invoice, Payment
from billing.payments import KeyReused, TooMuch, record_payment
from tests.things import SiteTestCase


class RecordPaymentTests(SiteTestCase):
    def pay(self, key: str = "key-1", amount: str = "100.00", **more) -> payments.Receipt:
        return record_payment(key=key, subscriber=self.asha, amount=Decimal(amount), **more)

    def test_a_repeat_gives_the_first_payment_back(self) -> None:
        first, second = self.pay(), self.pay()
        self.assertTrue(first.created)
        self.assertFalse(second.created)
        self.assertEqual(first.payment, second.payment)
        self.assertEqual(Payment.objects.count(), 1)

    def test_a_repeat_settles_an_invoice_once(self) -> None:
        self.pay(invoice=self.invoice)
        self.pay(invoice=self.invoice)
        self.assertEqual(Invoice.objects.get(pk=self.invoice.pk).paid, Decimal(100))

    def test_a_key_cannot_be_used_for_something_else(self) -> None:
        self.pay()
        for other in ({"amount": "5.00"}, {"method": "cash"}, {"invoice": self.invoice}):
            with self.assertRaises(KeyReused):
                self.pay(**other)

    def late(self, **what) -> payments.Receipt:
        """Pay as the second of two at once: the look before the insert saw nothing yet."""
        real = payments._by_key
        with mock.patch.object(payments, "_by_key", side_effect=[None, mock.DEFAULT]) as look:
            look.return_value = real(what.get("key", "key-1"))
            return self.pay(**what)

    def test_of_two_at_once_the_unique_key_lets_one_through(self) -> None:
        for invoice in (None, self.invoice):
            what = {"key": f"race-{invoice}", "amount": "499.00", "invoice": invoice}
            first, second = self.pay(**what), self.late(**what)
            self.assertFalse(second.created)
            self.assertEqual(second.payment, first.payment)
        self.assertEqual(Invoice.objects.get(pk=self.invoice.pk).paid, Decimal(499))

    def test_of_two_at_once_with_other_data_the_second_is_refused(self) -> None:
        self.pay()
        with self.assertRaises(KeyReused):
            self.late(amount="7.00")

    def test_an_invoice_takes_no_more_than_its_amount(self) -> None:
        self.pay(amount="400.00", invoice=self.invoice)
        with self.assertRaises(TooMuch):
            self.pay(key="key-2", amount="99.01", invoice=self.invoice)
        self.assertEqual(Payment.objects.count(), 1)
        self.pay(key="key-3", amount="99.00", invoice=self.invoice)
        self.assertEqual(Invoice.objects.get(pk=self.invoice.pk).state, "paid")

    def test_the_balance_counts_advance_payments(self) -> None:
        self.pay(amount="1.00")
        self.pay(key="key-2", amount="400.00", invoice=self.invoice)
        self.assertEqual(balance_of(self.asha), Decimal("-98.00"))
        self.assertEqual(outstanding_of(self.asha), Decimal("99.00"))
        self.assertEqual(credit_of(self.asha), Decimal("1.00"))
