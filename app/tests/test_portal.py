"""What a subscriber can do."""

from __future__ import annotations

import tempfile
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings

from billing.models import Invoice, Payment
from support.models import Ticket
from tests.things import PORTAL, SiteTestCase

PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)


class FrontTests(SiteTestCase):
    def test_it_shows_plans_counts_and_shortened_names(self) -> None:
        response = self.client.get("/", **PORTAL)
        for text in ("Net 100", "₹499", 'data-connected="2"', "Asha M.", "Thrissur"):
            self.assertContains(response, text)
        self.assertNotContains(response, "Menon")

    def test_its_queries_do_not_grow_with_the_rows(self) -> None:
        with self.assertNumQueries(5):
            self.client.get("/", **PORTAL)

    def test_it_works_on_an_empty_database(self) -> None:
        for model in (Invoice, *(type(x) for x in (self.invoice.subscription, self.asha))):
            model.objects.all().delete()
        self.assertNotContains(self.client.get("/", **PORTAL), 'class="newest-name"')


class PayTests(SiteTestCase):
    def setUp(self) -> None:
        self.as_asha()
        self.path = f"/invoices/{self.invoice.number}/"

    def pay(self, **changes):
        data = {"amount": "499.00", "method": "upi", "key": "portal-1", **changes}
        return self.client.post(self.path, data, follow=True, **PORTAL)

    def test_paying_an_invoice_settles_it(self) -> None:
        self.assertContains(self.client.get(self.path, **PORTAL), 'value="499.00"')
        self.assertContains(self.pay(), "We received ₹499.00")
        self.assertEqual(Invoice.objects.get(pk=self.invoice.pk).state, "paid")

    def test_a_double_click_pays_once(self) -> None:
        self.pay(amount="100.00")
        self.pay(amount="100.00")
        self.assertEqual(Invoice.objects.get(pk=self.invoice.pk).paid, Decimal(100))

    def test_an_old_form_with_another_amount_pays_nothing(self) -> None:
        self.pay(amount="100.00")
        self.assertContains(self.pay(amount="50.00"), "was sent before")
        self.assertEqual(Invoice.objects.get(pk=self.invoice.pk).paid, Decimal(100))

    def test_what_does_not_fit_is_refused(self) -> None:
        self.assertContains(self.pay(amount="500.00"), "more than the invoice")
        for changes in ({"amount": "0"}, {"method": "cash"}, {"key": ""}):
            self.pay(**changes)
        for amount in ("１２", "1_0", "1e2", "0.001"):
            self.pay(amount=amount)
        self.assertEqual(Payment.objects.count(), 0)

    def test_a_remainder_below_one_rupee_can_be_paid(self) -> None:
        self.pay(amount="498.50")
        page = self.client.get(self.path, **PORTAL)
        self.assertContains(page, 'min="0.01"')
        self.pay(amount="0.50", key="portal-2")
        self.assertEqual(Invoice.objects.get(pk=self.invoice.pk).state, "paid")

    def test_only_a_key_of_the_portal_is_taken(self) -> None:
        for key in ("order-4711", "portal-", "xportal-1", "portal-1 ", f"portal-{'x' * 58}"):
            self.pay(key=key)
        self.assertEqual(Payment.objects.count(), 0)
        given = self.client.get(self.path, **PORTAL).context["form"]["key"].value()
        self.pay(key=given)
        self.assertEqual(Payment.objects.get().key, given)


class TicketTests(SiteTestCase):
    def setUp(self) -> None:
        self.as_asha()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        media = override_settings(MEDIA_ROOT=folder.name)
        media.enable()
        self.addCleanup(media.disable)

    def open(self, file: SimpleUploadedFile | None = None):
        data = {"topic": "slow", "subject": "Slow", "body": "In the evening"}
        if file:
            data["attachment"] = file
        return self.client.post("/tickets/new/", data, follow=True, **PORTAL)

    def test_a_ticket_is_opened_with_a_photo_under_a_new_name(self) -> None:
        response = self.open(SimpleUploadedFile("../My photo.PNG", PNG))
        ticket = Ticket.objects.get()
        self.assertRegex(ticket.attachment.name, r"^tickets/\d{4}/\d\d/[0-9a-f]{32}\.png$")
        self.assertContains(response, ticket.attachment.url)

    def test_other_files_are_refused(self) -> None:
        for name, content in (("x.html", b"<script>"), ("x.png", b"<script>"), ("x", PNG)):
            response = self.open(SimpleUploadedFile(name, content))
            self.assertContains(response, "not a JPEG, PNG or PDF")
        with override_settings(TICKET_ATTACHMENT_MAX_BYTES=50):
            self.assertContains(self.open(SimpleUploadedFile("x.png", PNG)), "too large")
        self.assertEqual(Ticket.objects.count(), 0)

    def test_adding_to_a_ticket_opens_it_again(self) -> None:
        self.open()
        ticket = Ticket.objects.get()
        Ticket.objects.update(state="answered")
        self.client.post(f"/tickets/{ticket.pk}/", {"body": "Still slow"}, **PORTAL)
        ticket.refresh_from_db()
        self.assertEqual((ticket.state, ticket.replies.get().from_staff), ("open", False))
