"""The index: found by beginnings, kept up to date, rebuilt beside, and missed by nobody."""

from __future__ import annotations

import subprocess
import sys
from types import SimpleNamespace
from typing import Any
from unittest import mock

from django.db.models import QuerySet
from django.test import SimpleTestCase, TestCase, override_settings
from elasticsearch.exceptions import ConnectionError as NoAnswer
from elasticsearch.helpers import BulkIndexError

from accounts.models import Subscriber, Subscription
from search import away, changes, tasks
from search.models import Change
from support.models import Ticket
from support.tickets import close, reply
from tasks.models import DeadLetter
from tests.things import CONSOLE, SiteTestCase, make_subscriber

# Tests run without a search server; Haystack wants to know of one when it is loaded.
CONNECTION = {
    "ENGINE": "search.backend.Engine",
    "URL": "https://127.0.0.1:1",  # nobody listens there
    "INDEX_NAME": "subscribers",
    "TIMEOUT": 0.2,
    "SILENTLY_FAIL": False,
    "KWARGS": {"max_retries": 0},
}
with override_settings(HAYSTACK_CONNECTIONS={"default": CONNECTION}):
    from search import finding, index

with_search = override_settings(
    SEARCH_HOST="search1", BROKER_HOST="", HAYSTACK_CONNECTIONS={"default": CONNECTION}
)


def hits(*keys: int, **facets: list[tuple[str, int]]) -> Any:
    """Return a query that has found rows with these keys."""
    return SimpleNamespace(
        set_limits=lambda first, last: None,
        get_results=lambda: [SimpleNamespace(pk=str(key)) for key in keys],
        get_count=lambda: len(keys),
        get_facet_counts=lambda: {"fields": facets},
    )


@with_search
class SearchTestCase(SiteTestCase):
    def setUp(self) -> None:
        away.pause(over=True)
        self.addCleanup(away.pause, over=True)
        self.as_operator()

    def page(self, address: str = "/subscribers/?q=asha") -> Any:
        return self.client.get(address, **CONSOLE)

    def found(self, query: Any) -> Any:
        return mock.patch.object(finding, "_query", return_value=query)


class FindingTests(SearchTestCase):
    def test_the_index_says_who_and_the_database_says_what(self) -> None:
        with self.found(hits(self.biju.pk, town=[("Thrissur", 1)])):
            page = self.page()
        self.assertContains(page, "Biju Menon")
        self.assertContains(page, 'href="?q=asha&amp;town=Thrissur"')
        self.assertNotContains(page, "Asha Menon")

    def test_a_chosen_value_is_let_go_by_its_own_link(self) -> None:
        with self.found(hits(self.biju.pk, town=[("Thrissur", 1)])):
            page = self.page("/subscribers/?q=b&town=Thrissur&page=1")
        self.assertContains(page, 'href="?q=b" aria-current="true"')

    def test_a_chosen_value_that_nobody_has_can_be_let_go(self) -> None:
        with self.found(hits(town=[])):
            page = self.page("/subscribers/?q=b&town=Nowhere")
        self.assertContains(page, 'href="?q=b" aria-current="true"')

    def test_a_row_that_is_gone_is_not_shown(self) -> None:
        with self.found(hits(self.asha.pk, 4711)):
            self.assertContains(self.page(), "Asha Menon")

    def test_a_document_in_two_indexes_is_shown_once(self) -> None:
        with self.found(hits(self.asha.pk, self.asha.pk)):
            self.assertContains(self.page(), ">Asha Menon</a>", count=1)

    def test_a_typed_number_leads_to_its_subscriber(self) -> None:
        with self.found(hits(self.asha.pk)):
            page = self.page("/subscribers/?q=c000001")
        self.assertRedirects(page, "/subscribers/C000001/", fetch_redirect_response=False)

    def test_tickets_are_found(self) -> None:
        ticket = Ticket.objects.create(subscriber=self.asha, topic="slow", subject="Dead slow")
        with self.found(hits(ticket.pk, state=[("Open", 1)])):
            self.assertContains(self.page("/tickets/?q=slow"), "Dead slow")

    def test_without_an_answer_the_database_is_searched_and_the_page_says_so(self) -> None:
        with self.assertLogs("search.finding", "WARNING"):
            page = self.page("/subscribers/?q=menon")
        self.assertContains(page, "The search server does not answer")
        self.assertContains(page, "Asha Menon")
        self.assertContains(page, "Biju Menon")

    def test_who_did_not_answer_is_not_waited_for_again_at_once(self) -> None:
        query = mock.Mock(side_effect=NoAnswer("N/A", "no", None))
        with mock.patch.object(finding, "_query", query), self.assertLogs("search.finding"):
            for _ in range(3):
                self.page("/subscribers/?q=menon")
        self.assertEqual(query.call_count, 1)


@with_search
class HealthTests(TestCase):
    def test_without_it_the_site_is_degraded_only(self) -> None:
        with override_settings(MEDIA_ROOT="/tmp"):
            answer = self.client.get("/health/")
        self.assertEqual((answer.status_code, answer.json()["status"]), (200, "degraded"))
        self.assertEqual(answer.json()["dependencies"]["search"]["state"], "down")


class NotingTests(SearchTestCase):
    def noted(self) -> list[str]:
        return [str(change) for change in Change.objects.all()]

    def setUp(self) -> None:
        super().setUp()
        changes.follow()

    def test_whatever_changes_a_document_is_noted(self) -> None:
        ticket = Ticket.objects.create(subscriber=self.asha, topic="slow", subject="s", body="b")
        subscriber, ticketed = f"accounts.subscriber {self.asha.pk}", f"support.ticket {ticket.pk}"
        for what, wanted in (
            (self.asha.save, [subscriber]),
            (lambda: Subscription.objects.get(subscriber=self.asha).save(), [subscriber]),
            (lambda: reply(ticket, self.operator, "x", from_staff=True), [ticketed] * 2),
            (lambda: close(ticket), [ticketed]),
        ):
            Change.objects.all().delete()
            what()
            self.assertEqual(self.noted(), wanted)

    def test_without_a_search_server_nothing_is_noted(self) -> None:
        Change.objects.all().delete()
        with override_settings(SEARCH_HOST=""):
            self.asha.save()
        self.assertEqual(self.noted(), [])


class IndexTests(SearchTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.backend = mock.MagicMock(index_name="subscribers")
        self.enterContext(mock.patch.object(index, "_live", return_value=self.backend))
        self.bulk = self.enterContext(mock.patch.object(index, "bulk"))
        Change.objects.all().delete()

    def written(self) -> list[int]:
        return [row.pk for call in self.backend.update.call_args_list for row in call.args[1]]

    def test_what_changed_twice_is_written_once_and_no_longer_stands_there(self) -> None:
        for _ in range(2):
            changes.note(Subscriber, self.asha.pk)
        tasks.catch_up()
        self.assertEqual(self.written(), [self.asha.pk])
        self.assertFalse(Change.objects.exists())

    def test_what_is_gone_is_taken_out(self) -> None:
        changes.note(Subscriber, 4711)
        tasks.catch_up()
        self.assertEqual(
            self.bulk.call_args.args[1],
            [{"_op_type": "delete", "_id": "accounts.subscriber.4711"}],
        )

    def test_a_server_that_is_away_loses_nothing(self) -> None:
        changes.note(Subscriber, self.asha.pk)
        self.backend.update.side_effect = NoAnswer("N/A", "no", None)
        with self.assertLogs("search.tasks", "WARNING"):
            tasks.catch_up()
        self.assertTrue(Change.objects.exists())
        self.backend.update.side_effect = None
        tasks.sweep()
        self.assertFalse(Change.objects.exists())

    def test_a_document_that_is_refused_keeps_no_other_back_and_is_kept_itself(self) -> None:
        changes.note(Subscriber, self.asha.pk)
        refused = {"_id": f"accounts.subscriber.{self.asha.pk}", "status": 400, "error": "no field"}
        self.backend.update.side_effect = BulkIndexError("1 refused", [{"index": refused}])
        with self.assertLogs("search.index", "ERROR"):
            tasks.catch_up()
        self.assertFalse(Change.objects.exists())
        letter = DeadLetter.objects.get()
        self.assertIn("no field", letter.error)
        tasks.write(*letter.arguments)
        self.assertEqual(Change.objects.get().key, self.asha.pk)

    def test_a_server_that_is_busy_is_asked_again(self) -> None:
        changes.note(Subscriber, self.asha.pk)
        for status in (429, 503, 404):  # the last one: there is no index yet
            busy = {"_id": f"accounts.subscriber.{self.asha.pk}", "status": status, "error": "no"}
            self.backend.update.side_effect = BulkIndexError("1 refused", [{"index": busy}])
            with self.subTest(status=status), self.assertLogs("search.tasks", "WARNING"):
                tasks.catch_up()
            self.assertTrue(Change.objects.exists())
            self.assertFalse(DeadLetter.objects.exists())

    def test_a_new_index_is_filled_before_the_alias_moves_and_the_old_one_goes_last(self) -> None:
        make_subscriber("C000003")
        done: list[str] = []
        new = mock.MagicMock()
        new.create.side_effect = lambda schema: done.append("create")
        new.update.side_effect = lambda it, rows, commit: done.extend(map(str, rows))
        new.conn.indices.put_alias.side_effect = lambda **_: done.append("alias")
        new.conn.indices.get_alias.return_value = {"subscribers-1": {}, "subscribers-0": {}}
        new.conn.indices.delete.side_effect = lambda **_: done.append("delete")
        with mock.patch.object(index, "_backend", return_value=new):
            self.assertEqual(index.rebuild(), 3)
        everybody = [str(it) for it in Subscriber.objects.order_by("pk")]
        self.assertEqual(done, ["create", *everybody, "alias", "delete", "delete"])

    def test_the_first_index_is_made_when_there_is_none(self) -> None:
        self.backend.conn.indices.exists_alias.return_value = False
        with mock.patch.object(index, "_swap", return_value=2) as swap:
            tasks.sweep()
        swap.assert_called_once()

    def test_documents_hold_what_is_typed_to_find_them(self) -> None:
        from accounts.search_indexes import SubscriberIndex

        rows: QuerySet[Subscriber] = SubscriberIndex().index_queryset()
        document = SubscriberIndex().full_prepare(rows.get(pk=self.asha.pk))
        for word in ("Asha", "Menon", "C000001", "c000001@example.net", "Thrissur"):
            self.assertIn(word, document["text"])
        self.assertEqual((document["plan"], document["town_exact"]), ("Net 100", "Thrissur"))


class WithoutSearchTests(SimpleTestCase):
    def test_nothing_of_it_is_loaded(self) -> None:
        program = (
            "import sys, subscribers.wsgi;"
            "print([m for m in sys.modules if m.split('.')[0] in ('haystack', 'elasticsearch')])"
        )
        command = [sys.executable, "-c", program]
        said = subprocess.run(command, capture_output=True, text=True, check=False)
        self.assertEqual(said.stdout.strip(), "[]", said.stderr)
