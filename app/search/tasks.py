"""The work of the search that workers do."""

from __future__ import annotations

import logging

from django.apps import apps
from django.conf import settings

from search.away import SearchAway
from search.changes import note
from search.models import Change
from subscribers.celery import app
from tasks.base import PatientTask

logger = logging.getLogger(__name__)

if settings.SEARCH_HOST:
    # Large: loaded once, before workers fork, and not by each of them at its first task.
    import search.index  # noqa: F401


@app.task(base=PatientTask, name="search.tasks.catch_up")
def catch_up() -> None:
    """Let the index know of all that changed. Who is second waits for nobody and does nothing.

    While the server is away nothing is tried again here: what changed stands in the database, and
    `sweep` comes back for it.
    """
    from search import index

    try:
        while Change.objects.exists():
            if not index.catch_up():
                return
    except SearchAway as error:
        logger.warning("search: the index has to wait: %s", error)


@app.task(base=PatientTask, name="search.tasks.sweep")
def sweep() -> None:
    """Make the index where there is none, and let it know of what a task was lost for."""
    from search import index

    if not settings.SEARCH_HOST:
        return
    try:
        if not index.exists() and (made := index.rebuild(only_if_missing=True)):
            logger.info("search: a first index of %d documents", made)
    except SearchAway as error:
        logger.warning("search: the index has to wait: %s", error)
        return
    catch_up()


@app.task(base=PatientTask, name="search.tasks.rebuild")
def rebuild() -> None:
    """Make the index anew, while searches use the old one."""
    from search import index

    logger.info("search: a new index of %d documents", index.rebuild())
    catch_up()


@app.task(base=PatientTask, name="search.tasks.write")
def write(kind: str, key: int) -> None:
    """Try a document again that was refused."""
    note(apps.get_model(kind), key)
