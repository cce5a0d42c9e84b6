"""What all tasks have in common."""

from __future__ import annotations

import logging
from smtplib import SMTPException
from typing import Any

from celery import Task
from django.db import DatabaseError

from tasks.models import DeadLetter

logger = logging.getLogger(__name__)


class PatientTask(Task):
    """A task that may be done twice, is tried again for some twenty minutes, and is not forgotten.

    The pauses between two tries stay below the queue's visibility_timeout: a message that waits
    longer than that is given to a second worker.
    """

    autoretry_for = (OSError, SMTPException, DatabaseError)
    retry_backoff = True
    retry_backoff_max = 200
    max_retries = 12

    def on_failure(self, exc: Exception, task_id: str, args: Any, kwargs: Any, einfo: Any) -> None:
        """Keep what could not be done, for an operator to look at."""
        error = f"{type(exc).__name__}: {exc}"[:500]
        logger.error("task %s%r was given up: %s", self.name, tuple(args), error)
        DeadLetter.objects.create(task=self.name, arguments=list(args), error=error)
