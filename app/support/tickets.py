"""What can be done with a ticket."""

from __future__ import annotations

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from search.changes import note
from support.models import Reply, Ticket


@transaction.atomic
def reply(ticket: Ticket, author: AbstractBaseUser, body: str, *, from_staff: bool) -> Reply:
    """Add a message; an operator's makes the ticket answered, a subscriber's opens it again."""
    ticket.state = Ticket.State.ANSWERED if from_staff else Ticket.State.OPEN
    ticket.closed_at = None
    ticket.save(update_fields=["state", "closed_at"])
    return Reply.objects.create(ticket=ticket, author=author, body=body, from_staff=from_staff)


def close(ticket: Ticket) -> None:
    """Close the ticket; closing a closed one changes nothing."""
    still_open = Ticket.objects.filter(pk=ticket.pk).exclude(state=Ticket.State.CLOSED)
    with transaction.atomic():
        still_open.update(state=Ticket.State.CLOSED, closed_at=timezone.now())
        # An update of rows tells nobody.
        note(Ticket, ticket.pk)
