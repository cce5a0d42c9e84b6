"""What an operator can do."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from accounts.queries import search
from billing.models import Invoice, Payment
from console.figures import read_chart, read_figures
from support.models import Ticket
from tests.things import CONSOLE, SiteTestCase, make_subscriber


class SearchTests(SiteTestCase):
    def test_every_way_to_look_for_somebody(self) -> None:
        make_subscriber(
            "C000777",
            first_name="Maya",
            last_name="Das",
            phone="+919990001234",
            email="md@x.example",
        )
        finds = ["maya", "MAY", "das", "Das, Maya", "maya  das", "C000777", "c0007", "777"]
        finds += ["+91 99900 01234", "99900", "md@x", "md@X.example"]
        for text in finds:
            with self.subTest(text=text):
                self.assertEqual([s.number for s in search(text)], ["C000777"])
        for text in ("", "nobody", "aya", "%", "_aya", "1234"):
            with self.subTest(text=text):
                self.assertEqual(list(search(text)), [])

    def test_one_match_leads_to_its_page_and_many_to_a_list(self) -> None:
        self.as_operator()
        response = self.client.get("/subscribers/?q=biju", **CONSOLE)
        self.assertRedirects(response, "/subscribers/C000002/", fetch_redirect_response=False)
        response = self.client.get("/subscribers/?q=menon", **CONSOLE)
        self.assertContains(response, "2 found")
        self.assertContains(self.client.get("/subscribers/?q=zz", **CONSOLE), "Nobody was found")

    def test_a_list_of_many_takes_as_many_queries_as_one_of_few(self) -> None:
        for n in range(10, 50):
            make_subscriber(f"C{n:06d}")
        self.as_operator()
        with self.assertNumQueries(5):  # session, user, count, page, plans
            self.client.get("/subscribers/?q=menon", **CONSOLE)


class PageTests(SiteTestCase):
    def setUp(self) -> None:
        self.as_operator()
        self.ticket = Ticket.objects.create(
            subscriber=self.asha, topic="slow", subject="Slow <b>", body="B"
        )

    def test_figures_and_chart(self) -> None:
        Payment.objects.create(key="k", subscriber=self.asha, amount=Decimal(5))
        late = Invoice.objects.filter(pk=self.other_invoice.pk)
        yesterday = timezone.localdate() - timedelta(days=1)
        late.update(issued_on=yesterday, due_on=yesterday, paid=Decimal(99))
        figures = read_figures()
        self.assertEqual((figures.due, figures.due_amount), (1, Decimal(499)))
        self.assertEqual((figures.overdue, figures.overdue_amount), (1, Decimal(400)))
        self.assertEqual((figures.payments, figures.received), (1, Decimal(5)))
        self.assertEqual((figures.open_tickets, figures.new_subscribers), (1, 2))
        chart = read_chart()
        self.assertEqual((len(chart), chart[-1].count, chart[-1].height), (14, 1, 100))

    def test_the_dashboard_escapes_what_subscribers_write(self) -> None:
        self.assertContains(self.client.get("/", **CONSOLE), "Slow &lt;b&gt;")

    def test_answering_and_closing(self) -> None:
        path = f"/tickets/{self.ticket.pk}/"
        response = self.client.post(path, {"body": "Fixed"}, follow=True, **CONSOLE)
        self.assertContains(response, "Fixed")
        self.ticket.refresh_from_db()
        self.assertEqual(self.ticket.state, "answered")
        self.client.post(path, {"body": "Bye", "close": "1"}, **CONSOLE)
        self.ticket.refresh_from_db()
        self.assertEqual(self.ticket.state, "closed")
        self.assertEqual(self.client.get(f"{path}close/", **CONSOLE).status_code, 405)

    def test_closing_without_an_answer(self) -> None:
        self.client.post(f"/tickets/{self.ticket.pk}/close/", **CONSOLE)
        self.ticket.refresh_from_db()
        self.assertEqual(self.ticket.state, "closed")

    def test_unpaid_invoices_say_when_the_subscriber_last_paid(self) -> None:
        first = timezone.now() - timedelta(days=40)
        for key, when in (("cash", first), ("card", first + timedelta(days=9))):
            Payment.objects.create(
                key=key, subscriber=self.asha, amount=Decimal(5), method=key, received_at=when
            )
        with self.assertNumQueries(4):  # session, user, count, page
            response = self.client.get("/invoices/?state=due", **CONSOLE)
        last = timezone.localtime(first + timedelta(days=9))
        self.assertContains(response, f'<time datetime="{last.isoformat()}">', count=1)
        self.assertContains(response, ">card<", count=1)
        self.assertContains(response, ">never<", count=1)

    def test_lists_by_state(self) -> None:
        for path in ("/tickets/?state=closed", "/tickets/?state=x", "/invoices/?state=due"):
            self.assertEqual(self.client.get(path, **CONSOLE).status_code, 200)
