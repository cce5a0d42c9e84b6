"""Writing the index: what changed, or all of it anew behind the alias that searches use."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Model, QuerySet
from django.utils import timezone
from elasticsearch.exceptions import ConnectionError as NoAnswer
from elasticsearch.exceptions import TransportError
from elasticsearch.helpers import BulkIndexError, bulk
from haystack import connections
from haystack.indexes import SearchIndex

from search.away import SearchAway
from search.backend import Backend
from search.models import Change
from tasks.models import DeadLetter

# As many as Elasticsearch's library sends at once: a refused document keeps no other one back.
BATCH = 500
# Any number that nothing else in this database locks with.
LOCK = 0x73726368
# Refused for the moment, not for good: there is no index yet, or the server has too much to do.
NOT_NOW = {404, 429, 503}
# Whoever has the turn may be rebuilding; the database gives up on a lock much earlier.
TURN = "5min"

logger = logging.getLogger(__name__)


def exists() -> bool:
    """Return whether there is an index behind the alias."""
    with _or_away():
        return bool(_live().conn.indices.exists_alias(name=settings.SEARCH_INDEX))


def catch_up() -> bool:
    """Let the index know of some of what changed; False when another process does it just now.

    Raises:
        SearchAway: it could not be told. All that changed still stands in the database.
    """
    with transaction.atomic():
        if not _my_turn(wait=False):
            return False
        changes = list(Change.objects.all()[:BATCH])
        for kind in {change.kind for change in changes}:
            _write(kind, {change.key for change in changes if change.kind == kind})
        Change.objects.filter(pk__in=[change.pk for change in changes]).delete()
    return True


def rebuild(*, only_if_missing: bool = False) -> int:
    """Make an index of all there is and put it behind the alias; return how many documents it has.

    Searches use the old one until then. What changes meanwhile is told to the new one: whoever
    wants to write waits for this to end. With `only_if_missing` it is nobody's second try: it
    does nothing while another process makes one.

    Raises:
        SearchAway: the server did not answer; the old index is as it was.
    """
    with transaction.atomic():
        if not _my_turn(wait=not only_if_missing) or (only_if_missing and exists()):
            return 0
        with _or_away():
            return _swap(f"{settings.SEARCH_INDEX}-{timezone.now():%Y%m%d%H%M%S}")


def _swap(name: str) -> int:
    new, alias = _backend(name), settings.SEARCH_INDEX
    schema = connections["default"].get_unified_index()
    new.create(schema.all_searchfields())
    count = sum(_fill(new, index) for index in schema.collect_indexes())
    new.conn.indices.refresh(index=name)
    new.conn.indices.put_alias(index=name, name=alias)
    # The old one, and what a rebuild that broke off left.
    for other in set(new.conn.indices.get_alias(index=f"{alias}-*")) - {name}:
        new.conn.indices.delete(index=other)
    return count


def _fill(backend: Backend, index: SearchIndex) -> int:
    rows: QuerySet[Model] = index.index_queryset()
    last, count = 0, 0
    while batch := list(rows.filter(pk__gt=last)[:BATCH]):
        backend.update(index, batch, commit=False)
        last, count = batch[-1].pk, count + len(batch)
    return count


def _write(kind: str, keys: set[int]) -> None:
    model, backend = apps.get_model(kind), _live()
    index = connections["default"].get_unified_index().get_index(model)
    rows = list(index.index_queryset().filter(pk__in=keys))
    gone = keys - {row.pk for row in rows}
    with _or_away():
        try:
            backend.update(index, rows, commit=False)
        except BulkIndexError as error:
            _give_up(kind, error)
        actions = [{"_op_type": "delete", "_id": f"{kind}.{key}"} for key in gone]
        bulk(backend.conn, actions, index=backend.index_name, raise_on_error=False)
        # Found from now on, not a second later.
        backend.conn.indices.refresh(index=backend.index_name)


def _give_up(kind: str, error: BulkIndexError) -> None:
    for each in (next(iter(each.values())) for each in error.errors):
        if each["status"] in NOT_NOW:
            raise SearchAway(str(each["error"]))
        told = str(each["error"])[:500]
        logger.error("search: %s was refused: %s", each["_id"], told)
        key = int(each["_id"].rpartition(".")[2])
        DeadLetter.objects.create(task="search.tasks.write", arguments=[kind, key], error=told)


def _live() -> Backend:
    return connections["default"].get_backend()


def _backend(name: str) -> Backend:
    options = {**settings.HAYSTACK_CONNECTIONS["default"], "INDEX_NAME": name, "TIMEOUT": 60}
    return Backend("default", **options)


@contextmanager
def _or_away() -> Iterator[None]:
    try:
        yield
    except (NoAnswer, TransportError) as error:
        raise SearchAway(str(error)) from error


def _my_turn(*, wait: bool) -> bool:
    """Keep others from writing until the transaction ends; SQLite has one writer at a time."""
    if connection.vendor != "postgresql":
        return True
    function = "pg_advisory_xact_lock" if wait else "pg_try_advisory_xact_lock"
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [TURN])
        cursor.execute(f"SELECT {function}(%s)", [LOCK])
        return cursor.fetchone()[0] is not False
