"""What the index knows of tickets. Haystack finds this module by its name."""

from __future__ import annotations

from django.db.models import QuerySet
from haystack import indexes

from support.models import Ticket


class TicketIndex(indexes.SearchIndex, indexes.Indexable):
    """Found by the beginning of any word that was written in it, or of whose it is."""

    text = indexes.EdgeNgramField(document=True)
    town = indexes.CharField(model_attr="subscriber__town", faceted=True)
    state = indexes.CharField(model_attr="get_state_display", faceted=True)
    topic = indexes.CharField(model_attr="get_topic_display", faceted=True)

    def get_model(self) -> type[Ticket]:
        return Ticket

    def index_queryset(self, using: str | None = None) -> QuerySet[Ticket]:
        tickets = Ticket.objects.select_related("subscriber").prefetch_related("replies")
        return tickets.order_by("pk")

    def prepare_text(self, it: Ticket) -> str:
        said = " ".join(reply.body for reply in it.replies.all())
        return f"{it.subject} {it.body} {said} {it.subscriber.full_name} {it.subscriber.number}"
