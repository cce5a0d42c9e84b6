"""A value of a content file that knows where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from barelab.support.errors import ContentError
from barelab.support.text import quoted

MAX_FILE_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class Unclear:
    """An unquoted word that YAML readers take for different things: `yes`, `0644`, a date."""

    written: str


@dataclass(frozen=True, slots=True)
class Item:
    """A value of a file. `label` is the key that it stands under, `key_line` that key's line."""

    path: Path
    label: str
    key_line: int
    line: int
    value: Value

    def fault(self, message: str) -> ContentError:
        """Return an error about this value: its key's name, then the message ("must be text")."""
        return ContentError(self.path, self.line, f"{quoted(self.label)} {message}")

    def key_fault(self, message: str) -> ContentError:
        """Return an error at the line of the value's key."""
        return ContentError(self.path, self.key_line, message)


Value = None | bool | int | float | str | Unclear | tuple[Item, ...] | Mapping[str, Item]


def read_text(path: Path, max_bytes: int = MAX_FILE_BYTES) -> str:
    """Return the text of a content file.

    Raises:
        ContentError: it is missing, not a file, larger than `max_bytes`, or not UTF-8.
    """
    try:
        if not path.is_file():
            raise ContentError(path, 1, "there is no such file")
        with path.open("rb") as stream:
            data = stream.read(max_bytes + 1)
    except OSError as error:
        raise ContentError(path, 1, f"cannot be read: {error.strerror}") from error
    if len(data) > max_bytes:
        raise ContentError(path, 1, f"is larger than {max_bytes // 1024} KiB")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ContentError(path, line, "is not UTF-8 text") from None
