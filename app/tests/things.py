"""Ready things for tests."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import User
from django.test import TestCase, override_settings
from django.utils import timezone

from accounts.models import Plan, Subscriber, Subscription
from billing.models import Invoice

PORTAL = {"HTTP_HOST": "portal.test.localhost:8443"}
CONSOLE = {"HTTP_HOST": "console.test.localhost:8443"}
TOKEN = "a-token-for-tests"

on_both_sites = override_settings(
    ALLOWED_HOSTS=["portal.test.localhost", "console.test.localhost", "other.test.localhost"],
    API_TOKEN=TOKEN,
    # The real one takes half a second on purpose.
    PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
)


def make_plan(**fields: Any) -> Plan:
    given = {"code": "net-100", "name": "Net 100", "kind": "broadband", "speed_mbps": 100}
    return Plan.objects.create(**{**given, "price": Decimal("499.00"), **fields})


def make_subscriber(number: str = "C000001", **fields: Any) -> Subscriber:
    given = {
        "first_name": "Asha",
        "last_name": "Menon",
        "email": f"{number.lower()}@example.net",
        "phone": f"+91555{number[1:]:0>7}",
        "town": "Thrissur",
    }
    return Subscriber.objects.create(number=number, **{**given, **fields})


def make_subscription(subscriber: Subscriber, plan: Plan, **fields: Any) -> Subscription:
    started_on = fields.pop("started_on", date(2026, 1, 10))
    return Subscription.objects.create(
        subscriber=subscriber, plan=plan, started_on=started_on, **fields
    )


def make_invoice(subscription: Subscription, month: date = date(2026, 10, 1)) -> Invoice:
    today = timezone.localdate()
    return Invoice.objects.create(
        number=f"INV-{month:%Y%m}-{subscription.pk:06d}",
        subscription=subscription,
        month=month,
        amount=subscription.plan.price,
        issued_on=today,
        due_on=today + timedelta(days=15),
    )


@on_both_sites
class SiteTestCase(TestCase):
    """Two subscribers with one invoice each, a log-in for both, and an operator."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.plan = make_plan()
        cls.asha = make_subscriber(user=User.objects.create_user("C000001"))
        cls.biju = make_subscriber(
            "C000002", first_name="Biju", user=User.objects.create_user("C000002")
        )
        cls.invoice = make_invoice(make_subscription(cls.asha, cls.plan))
        cls.other_invoice = make_invoice(make_subscription(cls.biju, cls.plan))
        cls.operator = User.objects.create_user("operator", is_staff=True, is_superuser=True)

    def as_asha(self) -> None:
        self.client.force_login(self.asha.user)

    def as_operator(self) -> None:
        self.client.force_login(self.operator)
