"""Make a history up: the same for the same size, instant and seed. Touches no database."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from billing.runs import DAYS_TO_PAY, invoice_number
from demo import words

SEED = 20_000
YEARS_BACK = 3
MONTHS_BILLED = 12
Row = tuple[Any, ...]


@dataclass(slots=True)
class History:
    """Rows for each table, in the order in which the tables depend on each other."""

    plans: list[Row] = field(default_factory=list)
    subscribers: list[Row] = field(default_factory=list)
    subscriptions: list[Row] = field(default_factory=list)
    invoices: list[Row] = field(default_factory=list)
    payments: list[Row] = field(default_factory=list)
    runs: list[Row] = field(default_factory=list)
    tickets: list[Row] = field(default_factory=list)
    replies: list[Row] = field(default_factory=list)


def make_history(count: int, now: datetime, seed: int = SEED) -> History:
    """Return a history of `count` subscribers that ends at the (timezone-aware) instant."""
    maker = _Maker(count, now, seed)
    for pk in range(1, count + 1):
        maker.subscriber(pk)
    maker.billing_runs()
    return maker.history


class _Maker:
    def __init__(self, count: int, now: datetime, seed: int) -> None:
        self.count, self.now, self.seed = count, now, seed
        self.random = Random(seed)
        self.today = now.date()
        self.history = History()
        self.history.plans = [(pk, *plan[:7]) for pk, plan in enumerate(words.PLANS, 1)]
        self.plan_weights = [plan[7] for plan in words.PLANS]
        self.plan_pks = [plan[0] for plan in self.history.plans]
        self.prices = {plan[0]: Decimal(plan[6]) for plan in self.history.plans}
        self.months = _months_before(self.today, MONTHS_BILLED)
        self.same_names: Counter[str] = Counter()

    def subscriber(self, pk: int) -> None:
        # A stream for each: number 42 has the same name, town and plan on every day.
        random = self.random = Random(f"{self.seed}-{pk}")
        first, last = random.choice(words.FIRST_NAMES), random.choice(words.LAST_NAMES)
        mailbox = f"{first}.{last}".lower()
        self.same_names[mailbox] += 1
        mailbox += str(self.same_names[mailbox]) if self.same_names[mailbox] > 1 else ""
        town, postcode = random.choices(words.TOWNS, words.TOWN_WEIGHTS)[0]
        street = f"{random.randint(1, 240)} {random.choice(words.STREETS)}"
        # In the order of the numbers, evenly; the newest in about the last hour.
        share = (self.count - pk + random.random()) / self.count
        joined = self.now - timedelta(days=365 * YEARS_BACK) * share
        # 555 is given to nobody: no real person's number.
        phone = f"+91555{(pk * 7_919_633) % 10_000_000:07d}"
        self.history.subscribers.append(
            (pk, f"C{pk:06d}", first, last, f"{mailbox}@example.net", phone)
            + (street, town, postcode, joined)
        )
        self.subscriptions(pk, joined)
        for _ in range(random.choices((0, 1, 2, 3), (68, 22, 8, 2))[0]):
            # More of them lately than long ago.
            year = min(self.now - joined, timedelta(days=365))
            self.ticket(pk, self.now - year * random.random() ** 1.6)
        if pk == 1:
            # Who has the log-in should find something open: this and the newest invoice.
            self.ticket(pk, self.now - timedelta(minutes=50), answered=False)

    def subscriptions(self, subscriber: int, joined: datetime) -> None:
        random = self.random
        began, days = joined.date(), (self.now - joined).days
        plan, next_plan = random.choices(self.plan_pks, self.plan_weights, k=2)
        fate = random.random()
        if days > 60 and fate < 0.12 and subscriber != 1:
            # A change of plan, or an end.
            ended = began + timedelta(days=random.randint(30, days - 1))
            self.subscription(subscriber, plan, began, ended)
            if fate < 0.03:
                return
            plan = next_plan
            began = ended + timedelta(days=1)
        self.subscription(subscriber, plan, began, None)

    def subscription(self, subscriber: int, plan: int, began: date, ended: date | None) -> None:
        pk = len(self.history.subscriptions) + 1
        self.history.subscriptions.append((pk, subscriber, plan, began, ended))
        for month in self.months:
            issued = max(month, began)
            after = (month + timedelta(days=32)).replace(day=1)
            # Who joined in the last three days gets the first invoice with the next run.
            if began >= after or (ended and ended < month) or issued > self.today:
                continue
            if began > self.today - timedelta(days=3):
                continue
            self.invoice(subscriber, pk, month, issued, self.prices[plan])

    def invoice(
        self, subscriber: int, subscription: int, month: date, issued: date, amount: Decimal
    ) -> None:
        random = self.random
        pk = len(self.history.invoices) + 1
        due = issued + timedelta(days=DAYS_TO_PAY)
        paid = Decimal("0.00")
        # Most pay soon; some take the whole month, and a few in a thousand never or not all.
        soon = random.random() < 0.85
        days = random.triangular(0, 16, 5) if soon else random.uniform(0, 29)
        received = self.at(issued, days)
        newest_of_first = subscriber == 1 and month == self.months[-1]
        if received <= self.now and random.random() > 0.003 and not newest_of_first:
            paid = amount if random.random() > 0.003 else Decimal("100.00")
            self.payment(subscriber, pk, paid, received)
        self.history.invoices.append(
            (pk, invoice_number(month, subscription), subscription, month)
            + (amount, paid, issued, due)
        )

    def payment(self, subscriber: int, invoice: int, amount: Decimal, received: datetime) -> None:
        pk = len(self.history.payments) + 1
        methods = ("upi", "card", "cash", "transfer")
        method = self.random.choices(methods, (62, 14, 18, 6))[0]
        self.history.payments.append(
            (pk, f"seed-{pk:07d}", subscriber, invoice, amount, method, received)
        )

    def ticket(self, subscriber: int, opened: datetime, *, answered: bool = True) -> None:
        random = self.random
        topic, subject, body, answer = random.choice(words.TICKETS)
        pk = len(self.history.tickets) + 1
        answered_at = opened + timedelta(hours=random.triangular(0.3, 60, 5))
        closed: datetime | None = answered_at + timedelta(hours=random.triangular(0.1, 48, 8))
        state = "closed"
        if not answered or answered_at > self.now:
            state, closed = "open", None
        elif closed and closed > self.now:
            state, closed = "answered", None
        self.history.tickets.append(
            (pk, subscriber, topic, subject, body, "", state, opened, closed)
        )
        if state != "open":
            self.history.replies.append(
                (len(self.history.replies) + 1, pk, None, True, answer, answered_at)
            )

    def billing_runs(self) -> None:
        made: Counter[date] = Counter()
        total: Counter[date] = Counter()
        for invoice in self.history.invoices:
            made[invoice[3]] += 1
            total[invoice[3]] += invoice[4]
        for pk, month in enumerate(self.months, 1):
            began = min(self.at(month, 1 / 12), self.now - timedelta(minutes=1))
            ended = began + timedelta(seconds=self.random.randint(3, 9))
            self.history.runs.append((pk, month, began, ended, made[month], 0, total[month]))

    def at(self, day: date, days_later: float) -> datetime:
        return datetime.combine(day, time(0), self.now.tzinfo) + timedelta(days=days_later)


def _months_before(today: date, count: int) -> list[date]:
    """Return the first days of the last `count` months, this month's last."""
    ordinal = today.year * 12 + today.month - 1
    return [date(n // 12, n % 12 + 1, 1) for n in range(ordinal - count + 1, ordinal + 1)]
