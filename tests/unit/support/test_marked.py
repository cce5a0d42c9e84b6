"""A table of figures takes the place of the last one in a document."""

from __future__ import annotations

from pathlib import Path

import pytest

from barelab.launcher.engines import Result, table
from barelab.support.errors import CouldNotTell
from barelab.support.marked import keep

RESULT = Result("e", "1.41", "v1", "remount", "3.0", "running", "no")


def test_a_table_replaces_the_last_one_and_nothing_else(tmp_path: Path) -> None:
    document = tmp_path / "d.md"
    document.write_text("before\n<!-- engines: begin -->\nold\n<!-- engines: end -->\nafter\n")
    keep(document, "engines", table([RESULT]))
    keep(document, "engines", table([RESULT, RESULT]))
    text = document.read_text()
    assert text.startswith("before\n<!-- engines: begin -->\n| engine | api |")
    assert text.endswith("| no |\n<!-- engines: end -->\nafter\n")
    assert text.count("remount") == 2
    assert "old" not in text


def test_a_document_without_a_place_for_it_is_told(tmp_path: Path) -> None:
    document = tmp_path / "d.md"
    document.write_text("nothing\n")
    with pytest.raises(CouldNotTell, match="no place"):
        keep(document, "engines", "t")
