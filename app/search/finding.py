"""Asking the index: one request for a page of what was found, and how it divides."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet
from elasticsearch.exceptions import ElasticsearchException
from haystack import connections
from haystack.backends import BaseSearchQuery
from haystack.query import SearchQuerySet

from search.away import SearchAway, pause, paused

# Elasticsearch counts through what comes before a page, and stops at 10,000.
LAST_PAGE = 400
FACET_VALUES = 8

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Facet:
    """How what was found divides by one field: values, and how many have each."""

    name: str
    values: Sequence[tuple[str, int]]
    chosen: str

    @property
    def shown(self) -> list[tuple[str, int]]:
        """The values, and what was chosen also where nobody has it."""
        missing = self.chosen and self.chosen not in dict(self.values)
        return [*self.values, *([(self.chosen, 0)] if missing else [])]


@dataclass(frozen=True, slots=True)
class Found:
    """A page of rows, read from the database, and the facets of all that was found."""

    page: Page
    facets: Sequence[Facet]


def find(
    rows: QuerySet[Model], text: str, chosen: Mapping[str, str], page: str | None, per_page: int
) -> Found:
    """Return those of `rows` in whose document a word begins with each word of the text.

    `chosen` has a value for each facet, "" where all values are wanted.

    Raises:
        SearchAway: the index did not answer, or did not just now.
    """
    if paused():
        raise SearchAway("it did not answer a moment ago")
    try:
        found = _ask(rows, text, chosen, _number(page), per_page)
    except ElasticsearchException as error:
        logger.warning("search: %s", error)
        pause()
        raise SearchAway(str(error)) from error
    pause(over=True)
    return found


def _ask(
    rows: QuerySet[Model], text: str, chosen: Mapping[str, str], number: int, per_page: int
) -> Found:
    query = _query(rows.model, text, chosen)
    query.set_limits((number - 1) * per_page, number * per_page)
    keys = [int(hit.pk) for hit in query.get_results()]
    total = query.get_count()
    if total and not keys and number > 1:
        return _ask(rows, text, chosen, 1, per_page)
    by_key = {row.pk: row for row in rows.filter(pk__in=keys)}
    paginator = Paginator(range(total), per_page)
    # A row that was deleted a moment ago, or a document of two indexes in the moment of a swap.
    page = Page([by_key.pop(key) for key in keys if key in by_key], number, paginator)
    counted = query.get_facet_counts().get("fields", {})
    return Found(page, [Facet(name, counted.get(name, ()), chosen[name]) for name in chosen])


def _query(model: type[Model], text: str, chosen: Mapping[str, str]) -> BaseSearchQuery:
    found = SearchQuerySet().models(model).filter(content=text)
    for name, value in chosen.items():
        found = found.facet(name, size=FACET_VALUES)
        if value:
            found = found.narrow(f'{name}_exact:"{found.query.clean(value)}"')
    return found.query


def _number(page: str | None) -> int:
    try:
        return min(max(int(page or 1), 1), LAST_PAGE)
    except ValueError:
        return 1


def ask(timeout_s: float) -> None:
    """Ask for a sign of life: is there an index behind the alias?

    Raises:
        SearchAway: no.
    """
    conn = connections["default"].get_backend().conn
    try:
        there = conn.indices.exists_alias(
            name=settings.SEARCH_INDEX, params={"request_timeout": timeout_s}
        )
    except ElasticsearchException as error:
        raise SearchAway(str(error)) from error
    if not there:
        raise SearchAway("there is no index yet")
