"""What workers gave up."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class DeadLetter(models.Model):
    """A task that failed for good: after its last retry, or with an error that no retry mends."""

    task = models.CharField(max_length=100)
    arguments = models.JSONField(default=list)
    error = models.CharField(max_length=500)
    failed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-failed_at", "-id"]

    def __str__(self) -> str:
        return f"{self.task}({', '.join(map(repr, self.arguments))})"
