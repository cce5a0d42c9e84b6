"""Figures in documents: written between two marks by the program that measured them."""

from __future__ import annotations

import re
from pathlib import Path

from barelab.support.errors import CouldNotTell


def keep(path: Path, name: str, text: str) -> None:
    """Put a text between the marks of that name in a document, in place of the last one.

    Raises:
        CouldNotTell: the document has no such marks.
    """
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    old = path.read_text()
    new, count = re.subn(
        f"{begin}.*{end}", lambda _: f"{begin}\n{text}\n{end}", old, flags=re.DOTALL
    )
    if not count:
        raise CouldNotTell(f"{path} has no place for the table: {begin} ... {end}")
    path.write_text(new)
