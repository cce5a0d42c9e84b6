"""Loading the requests of app.yaml that drills and probes send."""

from __future__ import annotations

from collections.abc import Collection

from barelab.model import record as words
from barelab.model.app import Request
from barelab.model.item import Item, Unclear
from barelab.model.readers import each, integer, mapping, reference, table, text, word
from barelab.model.record import Record, record

_header = word(r"[A-Za-z][A-Za-z0-9-]{0,62}", "the name of a header")
_method = reference("method", ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"))
_status = integer(100, 599)
_COMMON = ("method", "headers", "json")


def drill_requests(item: Item, sites: Collection[str]) -> dict[str, Request]:
    """Return the requests below `drill` by name: write, read, counts, perhaps others."""
    top = record(item, ("write", "read", "counts"), ("read_many", "enter"))
    required: dict[str, tuple[str, ...]] = {
        "write": ("acknowledged",),
        "read": ("found", "missing"),
        "enter": ("acknowledged",),
    }
    return {
        name: _request(record(entry, ("site", "path", *required.get(name, ())), _COMMON), sites)
        for name, entry in top.entries.items()
    }


def _request(entry: Record, sites: Collection[str]) -> Request:
    found = entry.get_or("found", _status, 200)
    return Request(
        site=entry.get("site", reference("site", sites)),
        method=entry.get_or("method", _method, "GET"),
        path=entry.get("path", words.http_path),
        headers=entry.get_or("headers", table(_header, text), {}),
        json=entry.get_or("json", _json, None),
        expected=entry.get_or("acknowledged", each(_status, at_least=1), (found,)),
        missing=entry.get_or("missing", _status, None),
    )


def _json(item: Item) -> dict[str, object]:
    return {key: _plain(entry) for key, entry in mapping(item).items()}


def _plain(item: Item) -> object:
    match item.value:
        case dict():
            return _json(item)
        case tuple():
            return [_plain(part) for part in item.value]
        case Unclear():
            return text(item)
        case _:
            return item.value
