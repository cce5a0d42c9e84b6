"""Money looks alike on every page."""

from __future__ import annotations

import re
from decimal import Decimal

from django.test import SimpleTestCase

from billing.models import Invoice, Payment
from billing.money import rupees
from tests.things import CONSOLE, PORTAL, SiteTestCase, make_plan

PORTAL_PAGES = ["/", "/account/", "/invoices/", "/payments/"]
CONSOLE_PAGES = ["/", "/subscribers/C000001/", "/invoices/?state=due", "/billing/"]


class RupeesTests(SimpleTestCase):
    def test_an_amount_has_separators_and_paise(self) -> None:
        for amount, text, short in (
            ("0", "₹0.00", "₹0"),
            ("499", "₹499.00", "₹499"),
            ("1999.5", "₹1,999.50", "₹1,999.50"),
            ("-1234567.00", "−₹1,234,567.00", "−₹1,234,567"),
        ):
            with self.subTest(amount=amount):
                self.assertEqual(rupees(Decimal(amount)), text)
                self.assertEqual(rupees(Decimal(amount), short=True), short)


class PageTests(SiteTestCase):
    def setUp(self) -> None:
        plan = make_plan(code="net-1000", name="Net 1000", price=Decimal("1999.00"))
        self.asha.subscriptions.update(plan=plan)
        Invoice.objects.filter(pk=self.invoice.pk).update(amount=Decimal("2247.00"))
        Payment.objects.create(key="k", subscriber=self.asha, amount=Decimal("1500.00"))

    def amounts(self, path: str, site: dict[str, str]) -> set[str]:
        html = self.client.get(path, **site).content.decode()
        # Every amount in thousands, with or without the sign before it.
        return set(re.findall(r"₹?[\d,]*\d,?\d{3}(?:\.\d\d)?\b", re.sub(r"<[^>]*>", " ", html)))

    def test_no_page_shows_an_amount_without_sign_and_separators(self) -> None:
        self.as_asha()
        pages = [(path, PORTAL) for path in PORTAL_PAGES]
        pages.append((f"/invoices/{self.invoice.number}/", PORTAL))
        seen = set().union(*(self.amounts(*page) for page in pages))
        self.as_operator()
        seen |= set().union(*(self.amounts(path, CONSOLE) for path in CONSOLE_PAGES))
        money = {each for each in seen if re.search(r"1,?999|2,?247|2,?746|1,?500", each)}
        shown = {"₹1,999", "₹2,746", "₹1,500", "₹2,247.00", "₹1,500.00"}
        self.assertEqual(money, shown)
