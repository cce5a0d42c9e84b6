"""A mapping with known keys, and the words that content files are made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from barelab.model.item import Item
from barelab.model.readers import Reader, mapping, unknown_key, word
from barelab.support.text import quoted

T = TypeVar("T")
D = TypeVar("D")

name = word("[a-z][a-z0-9-]{0,30}", "a name (a-z first, then a-z, 0-9 and -, at most 31)")
variable = word("[a-z_][a-z0-9_]{0,62}", "a name of a-z, 0-9 and _")
account = word("[a-z_][a-z0-9_-]{0,30}", "the name of a Unix account")
environment = word("[A-Z_][A-Z0-9_]{0,62}", "the name of an environment variable (A-Z, 0-9, _)")
absolute_path = word(
    r"(?!.*/\.{1,2}(/|$))(/[A-Za-z0-9_.{}@:+-]+)+", "an absolute path without '.', '..' or '//'"
)
relative_path = word(
    r"(?!-)(?!(.*/)?\.{1,2}(/|$))[A-Za-z0-9_.@+-]+(/[A-Za-z0-9_.@+-]+)*",
    "a relative path without '.', '..' or '//'",
)
http_path = word(r"/[^\s#]*", "a path of the site, starting with '/'")


@dataclass(frozen=True, slots=True)
class Record:
    """A mapping whose keys are all known and which has all that are required."""

    item: Item
    entries: Mapping[str, Item]

    def get(self, key: str, read: Reader[T]) -> T:
        """Return the value of a required key."""
        return read(self.entries[key])

    def get_or(self, key: str, read: Reader[T], default: D) -> T | D:
        """Return the value of an optional key, or the default when it is not there."""
        return read(self.entries[key]) if key in self.entries else default


def record(item: Item, required: Iterable[str], optional: Iterable[str] = ()) -> Record:
    """Return the mapping that `item` is.

    Raises:
        ContentError: it is no mapping, has a key that is not known, or lacks one.
    """
    entries, needed = mapping(item), list(required)
    known = {*needed, *optional}
    for key, entry in entries.items():
        if key not in known:
            raise unknown_key(key, entry, known)
    for key in needed:
        if key not in entries:
            raise item.key_fault(f"{quoted(item.label)} lacks the key '{key}'")
    return Record(item, entries)


def check_name(written: str, path: Path) -> None:
    """Refuse a file's or folder's own name when it is not a name.

    Raises:
        ContentError: at the first line of `path`.
    """
    name(Item(path, "its name", 1, 1, written))
