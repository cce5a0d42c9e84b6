"""What the index knows of subscribers. Haystack finds this module by its name."""

from __future__ import annotations

from django.db.models import QuerySet
from haystack import indexes

from accounts.models import Subscriber
from accounts.queries import with_plan


class SubscriberIndex(indexes.SearchIndex, indexes.Indexable):
    """Found by the beginning of any word of name, number, phone, email or address."""

    text = indexes.EdgeNgramField(document=True)
    town = indexes.CharField(model_attr="town", faceted=True)
    plan = indexes.CharField(faceted=True)

    def get_model(self) -> type[Subscriber]:
        return Subscriber

    def index_queryset(self, using: str | None = None) -> QuerySet[Subscriber]:
        return with_plan(Subscriber.objects.order_by("pk"))

    def prepare_text(self, it: Subscriber) -> str:
        # A phone also without its country, and a number without its letter: so they are typed.
        phones = (
            f"{it.phone} {it.phone.removeprefix('+91')} {it.number} {it.number[1:].lstrip('0')}"
        )
        return f"{it.full_name} {phones} {it.email} {it.street} {it.town} {it.postcode}"

    def prepare_plan(self, it: Subscriber) -> str:
        return it.current[0].plan.name if it.current else "No plan"
