"""The figures of the dashboard."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from accounts.models import Plan, Subscriber, Subscription
from billing.models import Invoice, Payment
from support.models import Ticket

CHART_DAYS = 14


@dataclass(frozen=True, slots=True)
class Figures:
    """How the business does, at one instant."""

    connected: int
    new_subscribers: int
    open_tickets: int
    oldest_ticket: Ticket | None
    payments: int
    received: Decimal
    due: int
    due_amount: Decimal
    overdue: int
    overdue_amount: Decimal


@dataclass(frozen=True, slots=True)
class Bar:
    """One day of the chart; the height is a percentage of the highest."""

    day: date
    amount: Decimal
    count: int
    height: int

    @property
    def top(self) -> int:
        return 100 - self.height


def read_figures() -> Figures:
    """Return the figures of the last 24 hours and of now, in six queries."""
    since = timezone.now() - timedelta(hours=24)
    today = timezone.localdate()
    unpaid = _unpaid(today)
    recent = Payment.objects.filter(received_at__gte=since).aggregate(
        n=Count("id"), s=Sum("amount")
    )
    open_tickets = Ticket.objects.filter(state="open")
    return Figures(
        connected=Subscription.objects.filter(ended_on__isnull=True).count(),
        new_subscribers=Subscriber.objects.filter(joined_at__gte=since).count(),
        open_tickets=open_tickets.count(),
        oldest_ticket=open_tickets.order_by("opened_at").first(),
        payments=recent["n"],
        received=recent["s"] or Decimal(0),
        **unpaid,
    )


def _unpaid(today: date) -> dict[str, int | Decimal]:
    late, left = Q(due_on__lt=today), F("amount") - F("paid")
    sums = Invoice.objects.unpaid().aggregate(
        due=Count("id", filter=~late),
        due_amount=Sum(left, filter=~late),
        overdue=Count("id", filter=late),
        overdue_amount=Sum(left, filter=late),
    )
    return {name: value or Decimal(0) for name, value in sums.items()}


def read_chart() -> list[Bar]:
    """Return what was received on each of the last days, days without anything included."""
    today = timezone.localdate()
    first = today - timedelta(days=CHART_DAYS - 1)
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    rows = (
        Payment.objects.filter(received_at__gte=midnight - timedelta(days=CHART_DAYS - 1))
        .annotate(day=TruncDate("received_at"))
        .values("day")
        .annotate(amount=Sum("amount"), count=Count("id"))
        .order_by("day")
    )
    found = {row["day"]: row for row in rows}
    highest = max((row["amount"] for row in found.values()), default=Decimal(1))
    bars = []
    for day in (first + timedelta(days=n) for n in range(CHART_DAYS)):
        row = found.get(day, {"amount": Decimal(0), "count": 0})
        height = round(100 * row["amount"] / highest)
        bars.append(Bar(day, row["amount"], row["count"], height))
    return bars


def read_plans() -> list[Plan]:
    """Return all plans with the number of their subscribers, the most used first."""
    active = Count("subscriptions", filter=Q(subscriptions__ended_on__isnull=True))
    return list(Plan.objects.annotate(users=active).order_by("-users"))
