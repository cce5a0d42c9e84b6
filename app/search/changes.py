"""Noting what the index has to learn."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import Model
from django.db.models.signals import post_delete, post_save

from accounts.models import Subscriber, Subscription
from search.models import Change
from support.models import Reply, Ticket
from tasks import queue

# What is saved -> whose document it is a part of.
_OWNERS = {
    Subscriber: lambda it: (Subscriber, it.pk),
    Subscription: lambda it: (Subscriber, it.subscriber_id),
    Ticket: lambda it: (Ticket, it.pk),
    Reply: lambda it: (Ticket, it.ticket_id),
}


def note(model: type[Model], key: int) -> None:
    """Have the document of this row written anew, soon after the transaction."""
    if not settings.SEARCH_HOST:
        return
    from search.tasks import catch_up

    Change.objects.create(kind=model._meta.label_lower, key=key)
    queue.later(catch_up)


def follow() -> None:
    """Note from now on whatever is saved or deleted; a bulk change has to call `note` itself."""
    for model in _OWNERS:
        for signal in (post_save, post_delete):
            signal.connect(_changed, sender=model, dispatch_uid=f"search {signal} {model}")


def _changed(sender: type[Model], instance: Any, raw: bool = False, **_: Any) -> None:
    if not raw:
        note(*_OWNERS[sender](instance))
