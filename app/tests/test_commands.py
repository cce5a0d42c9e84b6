"""The commands may be run again, and say what they did."""

from __future__ import annotations

import os
import tempfile
from datetime import date, datetime, timedelta
from io import StringIO
from pathlib import Path
from unittest import mock
from zoneinfo import ZoneInfo

from django.contrib.auth.models import Group, User
from django.core.management import CommandError, call_command
from django.db import ProgrammingError
from django.test import TestCase

from accounts.models import Subscriber, Subscription
from billing.models import BillingRun, Invoice, Payment
from billing.runs import AnotherRunGoesOn
from demo.history import make_history
from support.models import Ticket
from tests.things import make_plan, make_subscriber, make_subscription, on_both_sites

NOW = datetime(2026, 3, 14, 18, tzinfo=ZoneInfo("Asia/Kolkata"))


def run(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


class HistoryTests(TestCase):
    def test_the_same_size_instant_and_seed_give_the_same_rows(self) -> None:
        self.assertEqual(make_history(200, NOW), make_history(200, NOW))
        self.assertNotEqual(make_history(200, NOW), make_history(200, NOW, seed=1))

    def test_another_day_changes_no_name_and_no_plan(self) -> None:
        sooner, later = make_history(100, NOW), make_history(100, NOW + timedelta(days=40))
        for table in ("subscribers", "subscriptions"):
            # All but the times; the subscriptions' plans.
            width = {"subscribers": 9, "subscriptions": 3}[table]
            before, after = ([row[:width] for row in getattr(h, table)] for h in (sooner, later))
            self.assertEqual(before, after)

    def test_nothing_happens_after_the_end(self) -> None:
        history = make_history(500, NOW)
        moments = [row[-1] for row in history.subscribers + history.payments + history.replies]
        moments += [row[7] for row in history.tickets]
        moments += [row[8] for row in history.tickets if row[8]]
        self.assertLessEqual(max(moments), NOW)
        self.assertGreater(max(row[-1] for row in history.subscribers), NOW - timedelta(days=3))


class SeedTests(TestCase):
    def test_it_fills_an_empty_database_once(self) -> None:
        said = run("seed", "--subscribers", "120", "--today", "2026-03-14")
        self.assertIn("subscribers=120", said)
        self.assertEqual(Subscriber.objects.count(), 120)
        for model in (Invoice, Payment, Ticket, BillingRun):
            self.assertTrue(model.objects.exists(), model)
        self.assertFalse(User.objects.exists())
        with self.assertRaisesMessage(CommandError, "already"):
            run("seed", "--subscribers", "5")
        run("seed", "--subscribers", "5", "--today", "2026-03-14", "--force")
        self.assertEqual(Subscriber.objects.count(), 5)
        # The next row gets an id of its own, and every invoice fits its payments.
        make_subscriber("C000900")
        for invoice in Invoice.objects.prefetch_related("payments"):
            self.assertEqual(invoice.paid, sum(p.amount for p in invoice.payments.all()))

    def test_a_user_who_may_not_seed_is_told_so_and_loses_nothing(self) -> None:
        run("seed", "--subscribers", "5")
        refused = ProgrammingError("must be owner of table\nHINT: none")
        with (
            mock.patch("demo.load._insert", side_effect=refused),
            self.assertRaisesMessage(CommandError, "must be owner of table. Nothing was changed"),
        ):
            run("seed", "--subscribers", "5", "--force")
        self.assertEqual(Subscriber.objects.count(), 5)

    def test_a_bad_day_is_refused(self) -> None:
        with self.assertRaises(CommandError):
            run("seed", "--today", "yesterday")


class BillTests(TestCase):
    def setUp(self) -> None:
        plan = make_plan()
        make_subscription(make_subscriber(), plan)
        make_subscription(make_subscriber("C000002"), plan, started_on=date(2026, 2, 27))
        gone = make_subscriber("C000003")
        make_subscription(gone, plan, ended_on=date(2026, 1, 20))

    def test_it_bills_each_active_subscription_once_a_month(self) -> None:
        self.assertIn("created=1 existing=0 total=499.00", run("bill", "--month", "2026-01"))
        self.assertIn("created=2 existing=0 total=998.00", run("bill", "--month", "2026-02"))
        self.assertIn("created=0 existing=2 total=0.00", run("bill", "--month", "2026-02"))
        self.assertEqual(Invoice.objects.count(), 3)
        self.assertEqual(BillingRun.objects.count(), 3)

    def test_it_finishes_what_is_missing(self) -> None:
        run("bill", "--month", "2026-02")
        Invoice.objects.order_by("id").first().delete()
        self.assertIn("created=1 existing=1", run("bill", "--month", "2026-02"))

    def test_all_or_nothing(self) -> None:
        with (
            mock.patch("billing.runs.BillingRun.objects.create", side_effect=KeyboardInterrupt),
            self.assertRaises(KeyboardInterrupt),
        ):
            run("bill", "--month", "2026-02")
        self.assertEqual(Invoice.objects.count(), 0)

    def test_a_second_run_at_once_is_refused(self) -> None:
        with (
            mock.patch("billing.runs._lock", side_effect=AnotherRunGoesOn("Another run.")),
            self.assertRaisesMessage(CommandError, "nothing was changed"),
        ):
            run("bill", "--month", "2026-02")
        self.assertEqual(Invoice.objects.count(), 0)
        self.assertTrue(Subscription.objects.exists())

    def test_a_bad_month_is_refused(self) -> None:
        for month in ("2026", "2026-13", "march", "9999-12", "0001-01"):
            with self.assertRaises(CommandError):
                run("bill", "--month", month)


@on_both_sites
class AccountTests(TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.files = {
            name: str(Path(folder.name) / name.lower())
            for name in ("OPERATOR_PASSWORD_FILE", "SUBSCRIBER_PASSWORD_FILE")
        }
        for name, path in self.files.items():
            Path(path).write_text(f"secret of {name}\n", encoding="utf-8")

    def test_it_makes_both_log_ins_and_keeps_them_up_to_date(self) -> None:
        subscriber = make_subscriber()
        with mock.patch.dict(os.environ, self.files):
            run("ensure_accounts")
            before = User.objects.get(username="operator").password
            run("ensure_accounts")
            self.assertEqual(User.objects.get(username="operator").password, before)
            Path(self.files["OPERATOR_PASSWORD_FILE"]).write_text("new", encoding="utf-8")
            run("ensure_accounts")
        operator = User.objects.get(username="operator")
        self.assertTrue(operator.check_password("new") and operator.is_staff)
        subscriber.refresh_from_db()
        self.assertTrue(subscriber.user.check_password("secret of SUBSCRIBER_PASSWORD_FILE"))
        self.assertFalse(subscriber.user.is_staff)

    def test_operators_may_look_and_supervisors_change_and_neither_delete(self) -> None:
        with mock.patch.dict(os.environ, self.files):
            run("ensure_accounts")
            run("ensure_accounts")
        for name, may in (("operators", {"view"}), ("supervisors", {"view", "add", "change"})):
            names = Group.objects.get(name=name).permissions.values_list("codename", flat=True)
            self.assertEqual({codename.partition("_")[0] for codename in names}, may)
            self.assertIn("view_invoice", names)
            self.assertNotIn("view_user", names)

    def test_there_is_no_default_password(self) -> None:
        with (
            mock.patch.dict(os.environ, dict.fromkeys(self.files, "")),
            self.assertRaisesMessage(CommandError, "OPERATOR_PASSWORD_FILE"),
        ):
            run("ensure_accounts")
        self.assertFalse(User.objects.exists())
