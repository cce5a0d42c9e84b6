"""What the console's lists ask the index, where there is one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Model, QuerySet
from django.http import HttpRequest

AWAY = "The search server does not answer. This is what the database finds by itself."


@dataclass(frozen=True, slots=True)
class Choice:
    """A value by which a list can be narrowed: how many have it, and the address that does so."""

    value: str
    count: int
    href: str
    chosen: bool


def look_up(
    request: HttpRequest, rows: QuerySet[Model], facets: Sequence[str], per_page: int
) -> dict[str, Any]:
    """Return what a list's template shows of the index; with `page` where it found for us."""
    text = request.GET.get("q", "").strip()
    if not settings.SEARCH_HOST:
        return {}
    asked = {"index": True, "words": text}
    if not text:
        return asked
    # Only who has a search server pays for this import.
    from search.away import SearchAway
    from search.finding import find

    chosen = {name: request.GET.get(name, "") for name in facets}
    try:
        found = find(rows, text, chosen, request.GET.get("page"), per_page)
    except SearchAway:
        return {**asked, "away": AWAY}
    narrow = {
        facet.name: [
            Choice(value, count, _href(request, facet.name, value), value == facet.chosen)
            for value, count in facet.shown
        ]
        for facet in found.facets
    }
    return {**asked, "page": found.page, "narrow": narrow}


def _href(request: HttpRequest, name: str, value: str) -> str:
    """Return the address of this list with the value chosen, or no longer so."""
    query = request.GET.copy()
    query.pop("page", None)
    if query.get(name) == value:
        del query[name]
    else:
        query[name] = value
    return f"?{query.urlencode()}"
