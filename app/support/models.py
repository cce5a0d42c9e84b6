"""Tickets: what subscribers ask, and what operators answer."""

from __future__ import annotations

import uuid
from pathlib import PurePosixPath

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import Subscriber


def attachment_path(ticket: Ticket, name: str) -> str:
    """Return a new path below MEDIA_ROOT that nobody can guess, with the file's own ending."""
    ending = PurePosixPath(name).suffix.lower()
    return f"tickets/{timezone.now():%Y/%m}/{uuid.uuid4().hex}{ending}"


class Ticket(models.Model):
    """A subscriber's question or complaint."""

    class Topic(models.TextChoices):
        OUTAGE = "outage", "No connection"
        SLOW = "slow", "Slow connection"
        BILLING = "billing", "Invoice or payment"
        MOVE = "move", "Moving house"
        OTHER = "other", "Something else"

    class State(models.TextChoices):
        OPEN = "open", "Open"
        ANSWERED = "answered", "Answered"
        CLOSED = "closed", "Closed"

    # No index of its own: ticket_of_subscriber begins with it.
    subscriber = models.ForeignKey(
        Subscriber, on_delete=models.PROTECT, related_name="tickets", db_index=False
    )
    topic = models.CharField(max_length=10, choices=Topic)
    subject = models.CharField(max_length=120)
    body = models.TextField(max_length=4000)
    attachment = models.FileField(upload_to=attachment_path, max_length=120, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    opened_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-opened_at", "-id"]
        indexes = [
            models.Index(F("subscriber"), F("opened_at").desc(), name="ticket_of_subscriber"),
            models.Index(fields=["state", "opened_at"], name="ticket_by_state"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False)
                | (~Q(state="closed") & Q(closed_at__isnull=True)),
                name="ticket_closed_has_time",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(closed_at__gte=F("opened_at")),
                name="ticket_closed_after_opened",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.subject}"


class Reply(models.Model):
    """One message in a ticket, from the subscriber or from an operator."""

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="replies")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    from_staff = models.BooleanField()
    body = models.TextField(max_length=4000)
    written_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["written_at", "id"]
        verbose_name_plural = "replies"

    def __str__(self) -> str:
        return f"Reply to #{self.ticket_id}"
