"""Typed readers: each takes an item and returns a value, or raises an error with its line."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Hashable, Iterable
from typing import TypeVar

from barelab.model.item import Item, Unclear
from barelab.support.errors import ContentError
from barelab.support.text import did_you_mean, quoted

T = TypeVar("T")
H = TypeVar("H", bound=Hashable)
Reader = Callable[[Item], T]

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def text(item: Item) -> str:
    """Return one line of text, not empty."""
    if not isinstance(item.value, str):
        raise item.fault(f"must be text, not {_described(item)}")
    if not item.value.strip():
        raise item.fault("must not be empty")
    if _CONTROL.search(item.value):
        raise item.fault("must be one line without control characters")
    return item.value


def boolean(item: Item) -> bool:
    """Return true or false, and take nothing else for it."""
    if not isinstance(item.value, bool):
        raise item.fault(f"must be true or false, not {_described(item)}")
    return item.value


def integer(low: int, high: int) -> Reader[int]:
    """Return a reader of whole numbers from `low` to `high`."""

    def read(item: Item) -> int:
        if not isinstance(item.value, int) or isinstance(item.value, bool):
            raise item.fault(f"must be a whole number, not {_described(item)}")
        if not low <= item.value <= high:
            raise item.fault(f"must be from {low} to {high}, not {item.value}")
        return item.value

    return read


def number(low: float, high: float) -> Reader[float]:
    """Return a reader of numbers, whole or not, from `low` to `high`."""

    def read(item: Item) -> float:
        if not isinstance(item.value, int | float) or isinstance(item.value, bool):
            raise item.fault(f"must be a number, not {_described(item)}")
        if not low <= item.value <= high:
            raise item.fault(f"must be from {low:g} to {high:g}, not {item.value:g}")
        return float(item.value)

    return read


def word(pattern: str, meaning: str) -> Reader[str]:
    """Return a reader of texts that the regular expression matches as a whole."""
    compiled = re.compile(pattern)

    def read(item: Item) -> str:
        written = text(item)
        if not compiled.fullmatch(written):
            raise item.fault(f"must be {meaning}, not {quoted(written)}")
        return written

    return read


def reference(what: str, known: Collection[str]) -> Reader[str]:
    """Return a reader of the names of things that exist, such as `what` "role"."""

    def read(item: Item) -> str:
        written = text(item)
        if written not in known:
            raise item.fault(f"names no {what}: {quoted(written)}{did_you_mean(written, known)}")
        return written

    return read


def nullable(read: Reader[T]) -> Reader[T | None]:
    """Return a reader that takes `null` for None, and everything else as `read` does."""
    return lambda item: None if item.value is None else read(item)


def items(item: Item, at_least: int = 0) -> tuple[Item, ...]:
    """Return the items of a list."""
    if not isinstance(item.value, tuple):
        raise item.fault(f"must be a list, not {_described(item)}")
    if len(item.value) < at_least:
        raise item.fault(f"must have at least {at_least}, not {len(item.value)}")
    return item.value


def each(read: Reader[H], at_least: int = 0) -> Reader[tuple[H, ...]]:
    """Return a reader of lists whose values, all different, `read` reads."""

    def read_list(item: Item) -> tuple[H, ...]:
        values: dict[H, None] = {}
        for part in items(item, at_least):
            value = read(part)
            if value in values:
                raise part.fault(f"has {quoted(str(value))} twice")
            values[value] = None
        return tuple(values)

    return read_list


def mapping(item: Item) -> dict[str, Item]:
    """Return the items of a mapping by key."""
    if not isinstance(item.value, dict):
        raise item.fault(f"must be a mapping, not {_described(item)}")
    return item.value


def table(key: Reader[str], read: Reader[T], at_least: int = 0) -> Reader[dict[str, T]]:
    """Return a reader of mappings with free keys: `key` reads each key, `read` each value."""

    def read_table(item: Item) -> dict[str, T]:
        entries = mapping(item)
        if len(entries) < at_least:
            raise item.fault(f"must have at least {at_least}, not {len(entries)}")
        return {check_key(name, entry, key): read(entry) for name, entry in entries.items()}

    return read_table


def check_key(name: str, entry: Item, read: Reader[str]) -> str:
    """Return the key of a mapping's entry as `read` reads it."""
    return read(Item(entry.path, name, entry.key_line, entry.key_line, name))


def unknown_key(name: str, entry: Item, known: Iterable[str]) -> ContentError:
    """Return the error that a mapping's key is none of those known."""
    names = sorted(known)
    hint = did_you_mean(name, names) or f"; known: {', '.join(names)}"
    return entry.key_fault(f"unknown key {quoted(name)}{hint}")


def _described(item: Item) -> str:
    match item.value:
        case None:
            return "nothing"
        case bool():
            return "true or false (put it in quotes if it is meant as text)"
        case int() | float():
            return "a number (put it in quotes if it is meant as text)"
        case Unclear(written):
            return f"{quoted(written)}, which YAML reads in several ways (put text in quotes)"
        case str():
            return f"the text {quoted(item.value)}"
        case tuple():
            return "a list"
        case _:
            return "a mapping"
