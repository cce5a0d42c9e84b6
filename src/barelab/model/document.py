"""YAML files as items: the plain part of YAML that content needs, and nothing that can explode."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from barelab.model.item import Item, Unclear, Value, read_text
from barelab.support.errors import ContentError
from barelab.support.text import quoted

MAX_DEPTH = 20
MAX_VALUES = 5_000

_WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,17})\.[0-9]{1,18}")
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")


def read_document(path: Path) -> Item:
    """Return the value at the top of a YAML file.

    Raises:
        ContentError: a syntax error, an anchor, an alias, a tag, a duplicate key, or more than
            `MAX_DEPTH` levels or `MAX_VALUES` values.
    """
    import yaml

    text = read_text(path)
    if bad := _UNPRINTABLE.search(text):
        line = text.count("\n", 0, bad.start()) + 1
        raise ContentError(path, line, f"is not YAML: the character {bad.group()!r} is in it")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return _Builder(path, yaml.parse(text, Loader=loader)).document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = min(mark.line, text.count("\n")) + 1 if mark else 1
        raise ContentError(path, line, f"is not YAML: {error.problem}") from None
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        raise ContentError(path, 1, f"is not YAML: {quoted(str(error))}") from None


class _Builder:
    """Makes items of PyYAML's events one by one, so that a bomb stops at its first alias."""

    def __init__(self, path: Path, events: Iterator[Any]) -> None:
        self._path = path
        self._events = events
        self._values = 0

    def document(self) -> Item:
        from yaml import DocumentStartEvent, StreamEndEvent

        next(self._events)
        if isinstance(next(self._events), StreamEndEvent):
            return Item(self._path, "the file", 1, 1, None)
        top = self._item(next(self._events), "the file", None, 1)
        for event in self._events:
            if isinstance(event, DocumentStartEvent):
                raise self._fault(event, "holds more than one YAML document")
        return top

    def _item(self, event: Any, label: str, key_line: int | None, depth: int) -> Item:
        self._refuse(event, depth)
        line = _line(event)
        return Item(self._path, label, key_line or line, line, self._value(event, label, depth))

    def _refuse(self, event: Any, depth: int) -> None:
        from yaml import AliasEvent

        self._values += 1
        if isinstance(event, AliasEvent):
            raise self._fault(
                event, f"the alias '*{event.anchor}' is not allowed: repeat the value"
            )
        if event.anchor is not None:
            raise self._fault(event, f"the anchor '&{event.anchor}' is not allowed")
        if event.tag is not None:
            raise self._fault(event, f"the tag {quoted(event.tag)} is not allowed")
        if depth > MAX_DEPTH:
            raise self._fault(event, f"is nested more than {MAX_DEPTH} levels deep")
        if self._values > MAX_VALUES:
            raise self._fault(event, f"holds more than {MAX_VALUES} values")

    def _value(self, event: Any, label: str, depth: int) -> Value:
        from yaml import MappingStartEvent, SequenceStartEvent

        if isinstance(event, MappingStartEvent):
            return self._mapping(depth + 1)
        if isinstance(event, SequenceStartEvent):
            return self._sequence(label, depth + 1)
        if _SURROGATE.search(event.value):
            raise self._fault(event, "is not YAML: half of a surrogate pair is in it")
        plain = event.implicit[0]
        return _resolved(event.value) if plain else str(event.value)

    def _sequence(self, label: str, depth: int) -> tuple[Item, ...]:
        from yaml import SequenceEndEvent

        items = []
        while not isinstance(event := next(self._events), SequenceEndEvent):
            items.append(self._item(event, label, None, depth))
        return tuple(items)

    def _mapping(self, depth: int) -> dict[str, Item]:
        from yaml import MappingEndEvent

        items: dict[str, Item] = {}
        while not isinstance(event := next(self._events), MappingEndEvent):
            key = self._item(event, "a key", None, depth).value
            if not isinstance(key, str):
                raise self._fault(event, "a key must be text; put it in quotes if it is meant")
            if key in items:
                raise self._fault(event, f"the key {quoted(key)} stands here twice")
            items[key] = self._item(next(self._events), key, _line(event), depth)
        return items

    def _fault(self, event: Any, message: str) -> ContentError:
        return ContentError(self._path, _line(event), message)


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


def _resolved(written: str) -> Value:
    import yaml

    candidates = yaml.SafeLoader.yaml_implicit_resolvers.get(written[:1], [])
    tag = next((tag for tag, pattern in candidates if pattern.match(written)), None)
    if tag is None:
        return written
    if tag == "tag:yaml.org,2002:null":
        return None
    if written in ("true", "false"):
        return written == "true"
    if _WHOLE.fullmatch(written):
        return int(written)
    return float(written) if _DECIMAL.fullmatch(written) else Unclear(written)
