"""Handing work to the workers. What has to be done stands in the database first.

A queue can be lost, or away at the moment: then whoever sweeps the table finds the work there, and
nobody waited for it. So a task takes a row's key, and nothing else.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction

from tasks.models import DeadLetter

if TYPE_CHECKING:
    from celery import Task

# Whoever looks at the health page wants an answer within a second.
ASK_S = 0.3

logger = logging.getLogger(__name__)


def configured() -> bool:
    """Return whether there are workers to hand anything to."""
    return bool(settings.BROKER_HOST)


def ask() -> None:
    """Ask the broker for a sign of life, on a connection of its own, and wait but a moment.

    Raises:
        RedisError, OSError: it gives none.
    """
    from redis import Redis

    tls = getattr(settings, "CELERY_BROKER_USE_SSL", {})
    with Redis.from_url(
        settings.CELERY_BROKER_URL, socket_connect_timeout=ASK_S, socket_timeout=ASK_S, **tls
    ) as broker:
        broker.ping()


def later(task: Task, *arguments: object) -> None:
    """Queue a task when this transaction is committed; without a broker, leave it to a sweep."""
    if configured():
        transaction.on_commit(lambda: _send(task, arguments))


def again(letter: DeadLetter) -> None:
    """Have a task that was given up tried once more, and forget that it was."""
    from subscribers.celery import app

    with transaction.atomic():
        letter.delete()
        transaction.on_commit(lambda: _send(app.signature(letter.task), letter.arguments))


def _send(task: Task, arguments: tuple[object, ...]) -> None:
    # Only who has a broker pays for this import.
    from kombu.exceptions import OperationalError

    try:
        task.apply_async(arguments)
    except OperationalError as error:
        logger.warning("queue: %s%r has to wait for a sweep: %s", task.name, arguments, error)
