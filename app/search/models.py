"""What the index does not know yet."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class Change(models.Model):
    """Something in the index differs from the database since then.

    Written with what changed, in one transaction, and taken away when the index knows: a search
    server, or a queue, that is away loses nothing. The same thing may stand here several times.
    """

    kind = models.CharField(max_length=40)  # app_label.model
    key = models.BigIntegerField()
    noted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
