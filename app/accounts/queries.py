"""Looking for subscribers; every query here is served by an index."""

from __future__ import annotations

import re

from django.db.models import Prefetch, Q, QuerySet

from accounts.models import Subscriber, Subscription


def with_plan(subscribers: QuerySet[Subscriber]) -> QuerySet[Subscriber]:
    """Add `current`: a list of the active subscription with its plan, or an empty one."""
    active = Subscription.objects.filter(ended_on__isnull=True).select_related("plan")
    return subscribers.prefetch_related(Prefetch("subscriptions", active, to_attr="current"))


def search(text: str) -> QuerySet[Subscriber]:
    """Return the subscribers whose name, email, phone or number begins with the text."""
    text = " ".join(text.lower().split())
    if not text:
        return Subscriber.objects.none()
    return Subscriber.objects.filter(_condition(text)).order_by("name_key", "id")


def _condition(text: str) -> Q:
    if re.fullmatch(r"c\d+", text):
        return Q(number__startswith=text.upper())
    if re.fullmatch(r"[+\d][\d ()-]*", text):
        digits = re.sub(r"\D", "", text)
        # An operator types a phone without its country, and a number without its letter.
        return (
            Q(phone__startswith=f"+{digits}")
            | Q(phone__startswith=f"+91{digits}")
            | Q(number=f"C{digits:0>6}")
        )
    if "@" in text:
        return Q(email__startswith=text)
    return (
        Q(name_key__startswith=text)
        | Q(surname_key__startswith=text.replace(",", ""))
        | Q(email__startswith=text)
    )
